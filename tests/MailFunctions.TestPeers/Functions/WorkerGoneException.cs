namespace MailFunctions.TestPeers.Functions;

/// <summary>The worker's connection has ended, so an answer does not come any more.</summary>
internal sealed class WorkerGoneException() : Exception("The worker has gone.");
