using System.CommandLine;
using MailFunctions.Benchmarks.Comparison;
using MailFunctions.Benchmarks.Dispatching;
using MailFunctions.Benchmarks.Lanes;
using MailFunctions.Benchmarks.Micro;
using MailFunctions.Benchmarks.Sending;
using MailFunctions.Benchmarks.Signing;
using MailFunctions.Benchmarks.Whole;

// Its words are the same on every machine; what is measured is not.
Console.OutputEncoding = System.Text.Encoding.UTF8;
System.Globalization.CultureInfo.DefaultThreadCurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

return await new RootCommand("Measures MailFunctions on this machine, with an emulated storage and a relay of its own. Results are Markdown.")
{
    LanesCommand.Create(),
    DispatcherCommand.Create(),
    MicroCommand.Create(),
    SigningCommand.Create(),
    CompareCommand.Create(),
    SenderCommand.Create(),
    AloneCommand.Create(),
}.Parse(args).InvokeAsync();
