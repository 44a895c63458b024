namespace MailFunctions.TestPeers.Storage.Memory;

/// <summary>
/// One write of one entity: "Insert Entity", "Update Entity", "Merge Entity", "Insert Or Replace Entity", "Insert Or Merge
/// Entity", "Delete Entity".
/// </summary>
/// <param name="Method">POST, PUT, PATCH or DELETE.</param>
/// <param name="IfMatch">An ETag, or <c>*</c>; null for an upsert or an insert.</param>
/// <param name="Entity">Of a delete, only its keys.</param>
internal sealed record TableWrite(string Table, string Method, string? IfMatch, string PartitionKey, string RowKey, MemoryEntity? Entity)
{
    public static TableWrite Of(StorageCall call, string table, (string PartitionKey, string RowKey)? key)
    {
        var ifMatch = call.Header("If-Match");
        switch (call.Method)
        {
            case "POST" when key is null:
                var inserted = MemoryEntity.Read(call.Body, null);
                return new TableWrite(table, "POST", null, inserted.PartitionKey, inserted.RowKey, inserted);
            case "PUT" or "PATCH" or "MERGE" when key is { } at:
                return new TableWrite(table, call.Method == "PUT" ? "PUT" : "PATCH", ifMatch, at.PartitionKey, at.RowKey, MemoryEntity.Read(call.Body, at));
            case "DELETE" when key is { } at:
                return ifMatch is not null
                    ? new TableWrite(table, "DELETE", ifMatch, at.PartitionKey, at.RowKey, null)
                    : throw new StorageRefusal(400, "MissingRequiredHeader", "An If-Match header is required to delete an entity.");
            default:
                throw new StorageRefusal(405, "MethodNotAllowed", $"{call.Method} is not for {call.Path}.");
        }
    }

    /// <summary>Checks the write, and returns what carries it out: a transaction does so when all of its writes are possible.</summary>
    public MemoryEntity? Check(MemoryTable table, DateTimeOffset now)
    {
        var standing = table.Find(PartitionKey, RowKey);
        if (Method == "POST")
            return standing is null ? Entity!.At(now) : throw new StorageRefusal(409, "EntityAlreadyExists", "The specified entity already exists.");
        if (IfMatch is not null)
        {
            if (standing is null)
                throw Missing();
            if (IfMatch != "*" && IfMatch != standing.ETag)
                throw new StorageRefusal(412, "UpdateConditionNotSatisfied", "The update condition specified in the request was not satisfied.");
        }

        if (Method == "DELETE")
            return null;
        return (Method == "PATCH" && standing is not null ? standing.Merged(Entity!) : Entity!).At(now);
    }

    public StorageReply Perform(MemoryTable table, DateTimeOffset now)
    {
        var written = Check(table, now);
        Apply(table, written);
        return written is null ? new StorageReply(204) : new StorageReply(204).With("ETag", written.ETag).With("Preference-Applied", "return-no-content");
    }

    public void Apply(MemoryTable table, MemoryEntity? written)
    {
        if (written is not null)
            table.Put(written);
        else if (table.Find(PartitionKey, RowKey) is { } standing)
            table.Remove(standing);
    }

    public static StorageRefusal Missing() => new(404, "ResourceNotFound", "The specified resource does not exist.");
}
