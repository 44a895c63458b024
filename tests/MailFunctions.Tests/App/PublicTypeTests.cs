using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MailFunctions.Tests.App;

/// <summary>A type of src/MailFunctions is public if another project of src uses it, and internal otherwise.</summary>
public sealed class PublicTypeTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Assembly Library = typeof(ServiceRegistration).Assembly;

    /// <summary>The folders of projects that do not refer to the library; a name in them is that of another type.</summary>
    private static readonly string[] Elsewhere = ["src/MailFunctions/", "src/MailFunctions.Contracts/", "src/MailFunctions.Client"];

    [Fact]
    public void A_public_type_is_used_by_another_project()
    {
        var names = Repository.Files("src", "*.cs").Where(file => !Elsewhere.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)))
            .SelectMany(file => CSharpSyntaxTree.ParseText(Repository.Text(file)).GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            .Select(name => name.Identifier.ValueText)
            .ToHashSet();
        var types = Library.GetExportedTypes().Where(type => !type.IsNested).ToList();
        var needed = new HashSet<Type>();
        foreach (var type in types.Where(type => NamesOf(type).Any(names.Contains)))
            Need(type, needed);

        Assert.NotEmpty(needed);
        Assert.Empty(types.Except(needed).Select(type => $"{type} is used by no other project of src, and can be internal."));
    }

    /// <summary>The names by which code uses a type: its own, as an attribute without the suffix, and those of its extension methods.</summary>
    private static IEnumerable<string> NamesOf(Type type)
    {
        var name = type.Name.Split('`')[0];
        return type.GetMethods(Declared).Where(method => method.IsDefined(typeof(System.Runtime.CompilerServices.ExtensionAttribute))).Select(method => method.Name)
            .Concat([name, name.EndsWith("Attribute", StringComparison.Ordinal) ? name[..^"Attribute".Length] : name]);
    }

    /// <summary>Adds a type, and those that its public members and its bases name: they cannot be less accessible.</summary>
    private static void Need(Type? type, HashSet<Type> needed)
    {
        foreach (var argument in type?.GetGenericArguments() ?? [])
            Need(argument, needed);
        type = type is { HasElementType: true } ? type.GetElementType() : type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type;
        while (type is { IsNested: true })
            type = type.DeclaringType;
        if (type is null || type.Assembly != Library || !needed.Add(type))
            return;
        foreach (var named in type.GetMembers(Declared).SelectMany(Named).Concat([type.BaseType, .. type.GetInterfaces()]))
            Need(named, needed);
    }

    private static IEnumerable<Type?> Named(MemberInfo member) => member switch
    {
        MethodInfo method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType),
        ConstructorInfo constructor => constructor.GetParameters().Select(parameter => parameter.ParameterType),
        FieldInfo field => [field.FieldType],
        _ => [],
    };
}
