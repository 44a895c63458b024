using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MailFunctions.Tests.App;

/// <summary>A type of src/MailFunctions is public when another project of src uses it, and else internal.</summary>
public sealed class PublicTypeTests
{
    private const string Library = "src/MailFunctions/";

    [Fact]
    public void A_public_type_is_used_by_another_project()
    {
        var compilation = RoomGraph.Compile(Repository.Files("src", "*.cs").Where(file => !file.StartsWith("src/MailFunctions.Contracts/", StringComparison.Ordinal)));
        var needed = new HashSet<INamedTypeSymbol>(SymbolEqualityComparer.Default);
        var called = new HashSet<string>();
        foreach (var tree in compilation.SyntaxTrees.Where(tree => !IsOfLibrary(tree)))
        {
            called.UnionWith(tree.GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText));
            foreach (var type in RoomGraph.TypesIn(compilation.GetSemanticModel(tree)))
                Need(type.OriginalDefinition, needed);
        }

        var types = compilation.GetSymbolsWithName(_ => true, SymbolFilter.Type, TestContext.Current.CancellationToken).OfType<INamedTypeSymbol>()
            .Where(type => type is { DeclaredAccessibility: Accessibility.Public, ContainingType: null } && type.DeclaringSyntaxReferences.Any(part => IsOfLibrary(part.SyntaxTree)))
            .ToList();

        Assert.InRange(needed.Count, 20, types.Count);
        Assert.Empty(types.Where(type => !needed.Contains(type) && !Extensions(type).Any(called.Contains)).Select(type => $"{type} is used by no other project of src, and can be internal."));
    }

    private static bool IsOfLibrary(SyntaxTree tree) => tree.FilePath.StartsWith(Library, StringComparison.Ordinal);

    /// <summary>Adds a type, and those that its public members and its bases name: they cannot be less accessible.</summary>
    private static void Need(INamedTypeSymbol type, HashSet<INamedTypeSymbol> needed)
    {
        if (!type.DeclaringSyntaxReferences.Any(part => IsOfLibrary(part.SyntaxTree)) || type.ContainingType is not null || !needed.Add(type))
            return;
        foreach (var named in type.GetMembers().Where(member => member.DeclaredAccessibility == Accessibility.Public).SelectMany(Named)
            .Concat([type.BaseType, .. type.Interfaces]).SelectMany(RoomGraph.WithArguments))
        {
            Need(named.OriginalDefinition, needed);
        }
    }

    /// <summary>The extension methods of a class: a call that a host's packages are missing for is known by its name alone.</summary>
    private static IEnumerable<string> Extensions(INamedTypeSymbol type) =>
        type.GetMembers().OfType<IMethodSymbol>().Where(method => method.IsExtensionMethod).Select(method => method.Name);

    private static IEnumerable<ITypeSymbol?> Named(ISymbol member) => member switch
    {
        IMethodSymbol method => method.Parameters.Select(parameter => parameter.Type).Append(method.ReturnType),
        IPropertySymbol property => [property.Type],
        IFieldSymbol field => [field.Type],
        _ => [],
    };
}
