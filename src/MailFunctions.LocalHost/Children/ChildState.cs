using System.Text.Json;

namespace MailFunctions.LocalHost.Children;

/// <summary>The record that a run keeps of a child, so that the run after a killed one finds the child and ends it in time.</summary>
internal sealed record ChildState(ProcessIdentity Child, ProcessIdentity Owner, IReadOnlyList<int> Ports)
{
    /// <returns>Null when there is none, or it cannot be read: then no child is known.</returns>
    public static ChildState? Read(string file)
    {
        try
        {
            var state = JsonSerializer.Deserialize<ChildState>(File.ReadAllText(file));
            return state is { Child: not null, Owner: not null, Ports: not null } ? state : null;
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string file)
    {
        var draft = $"{file}.{Path.GetRandomFileName()}";
        File.WriteAllText(draft, JsonSerializer.Serialize(this));
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>The run that started or last used it has ended without ending it.</summary>
    public bool IsLeftOver => Child.IsStillRunning() && !Owner.IsStillRunning();

    public bool BelongsToAnotherRun => Child.IsStillRunning() && Owner.IsStillRunning() && Owner.Id != Environment.ProcessId;
}
