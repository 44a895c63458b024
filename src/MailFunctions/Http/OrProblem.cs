using System.Diagnostics.CodeAnalysis;

namespace MailFunctions.Http;

/// <summary>The result of a stage, or the problem that prevented it: exactly one of the two.</summary>
internal readonly record struct OrProblem<T>
    where T : class
{
    private OrProblem(T? value, Problem? problem) => (Value, Problem) = (value, problem);

    public T? Value { get; }

    public Problem? Problem { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Problem))]
    public bool Succeeded => Value is not null;

    public static implicit operator OrProblem<T>(T value) => new(value, null);

    public static implicit operator OrProblem<T>(Problem problem) => new(null, problem);
}
