using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace MailFunctions.Tests.Docs;

/// <summary>Which methods of an assembly its own compiled code calls; what is called by reflection alone is not among them.</summary>
internal static class CalledMethods
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <param name="by">Which types' code is looked at.</param>
    public static HashSet<int> Tokens(Assembly assembly, Func<Type, bool> by)
    {
        var tokens = new HashSet<int>();
        var bodies = assembly.GetTypes().Where(by)
            .SelectMany(type => type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            .Select(method => method.GetMethodBody()?.GetILAsByteArray())
            .OfType<byte[]>();
        foreach (var body in bodies)
        {
            // An opcode and the four bytes of a token behind it. Bytes that only look like that name another method, or none.
            for (var at = 0; at + 5 <= body.Length; at++)
            {
                if (body[at] == OpCodes.Call.Value || body[at] == OpCodes.Callvirt.Value)
                    tokens.Add(BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(at + 1)));
            }
        }

        return tokens;
    }
}
