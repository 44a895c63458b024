using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MailFunctions.Tests.App;

/// <summary>
/// Which room of src/MailFunctions uses which other, as the compiler sees it: every name is resolved, types that are only
/// inferred included. A room is a folder of the first level.
/// </summary>
internal sealed class RoomGraph
{
    /// <summary>Names that no reference and no source has. Parts that source generators add are not compiled here, and nothing but their members may be missing.</summary>
    private static readonly string[] UnknownType = ["CS0234", "CS0246", "CS0400"];

    private RoomGraph(IReadOnlyCollection<string> rooms, IReadOnlyDictionary<(string From, string To), string> arrows, IReadOnlyList<string> unresolved) =>
        (Rooms, Arrows, Unresolved) = (rooms, arrows, unresolved);

    /// <summary>"" is the folder's root.</summary>
    public IReadOnlyCollection<string> Rooms { get; }

    /// <summary>Each with one use of it, for whoever looks for the reason.</summary>
    public IReadOnlyDictionary<(string From, string To), string> Arrows { get; }

    public IReadOnlyList<string> Unresolved { get; }

    public static RoomGraph Read()
    {
        var project = Repository.Files("src/MailFunctions", "*.cs").ToDictionary(file => Parse(Repository.Text(file), file), RoomOf);
        var compilation = CSharpCompilation.Create(
            "Rooms", [.. project.Keys, Parse(ImplicitUsings(), "usings")], References(), new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var roomOfTree = project.ToDictionary(file => file.Key.FilePath, file => file.Value);
        var found = project.AsParallel().SelectMany(file => ArrowsFrom(compilation.GetSemanticModel(file.Key), file.Value, roomOfTree)).ToList();
        var unresolved = compilation.GetDeclarationDiagnostics().Where(diagnostic => UnknownType.Contains(diagnostic.Id)).Select(diagnostic => diagnostic.ToString());
        return new RoomGraph(
            project.Values.Distinct().ToList(),
            found.GroupBy(arrow => (arrow.From, arrow.To)).ToDictionary(arrow => arrow.Key, arrow => arrow.Select(one => one.Use).Order(StringComparer.Ordinal).First()),
            [.. unresolved]);
    }

    private static IEnumerable<(string From, string To, string Use)> ArrowsFrom(SemanticModel model, string room, Dictionary<string, string> roomOfTree)
    {
        foreach (var node in model.SyntaxTree.GetRoot().DescendantNodes())
        {
            var used = node switch
            {
                IdentifierNameSyntax { IsVar: true } => model.GetTypeInfo(node).Type,
                SimpleNameSyntax or ImplicitObjectCreationExpressionSyntax => TypeOf(model.GetSymbolInfo(node)),
                _ => null,
            };
            foreach (var type in WithArguments(used))
            {
                foreach (var declaration in type.OriginalDefinition.DeclaringSyntaxReferences)
                {
                    if (roomOfTree.TryGetValue(declaration.SyntaxTree.FilePath, out var other) && other != room)
                        yield return (room, other, $"{model.SyntaxTree.FilePath} uses {type.Name}");
                }
            }
        }
    }

    private static ITypeSymbol? TypeOf(SymbolInfo info) => (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) switch
    {
        ITypeSymbol type => type,
        ILocalSymbol local => local.Type,
        { } member => member.ContainingType,
        null => null,
    };

    private static IEnumerable<INamedTypeSymbol> WithArguments(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => WithArguments(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.SelectMany(argument => WithArguments(argument)).Prepend(named),
        _ => [],
    };

    private static SyntaxTree Parse(string text, string file) => CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Latest), file);

    private static string RoomOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : "";

    /// <summary>Of Microsoft.NET.Sdk, and of the project file.</summary>
    private static string ImplicitUsings() => string.Concat(
        ((string[])["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", "MailFunctions.Contracts"])
        .Select(name => $"global using {name};\n"));

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        .Where(path => Path.GetFileName(path) != "MailFunctions.dll")
        .Select(path => MetadataReference.CreateFromFile(path));
}
