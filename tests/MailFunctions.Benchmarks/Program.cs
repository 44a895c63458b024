using System.CommandLine;
using MailFunctions.Benchmarks.Dispatching;
using MailFunctions.Benchmarks.Lanes;

// Its words are the same on every machine; what is measured is not.
Console.OutputEncoding = System.Text.Encoding.UTF8;
System.Globalization.CultureInfo.DefaultThreadCurrentCulture = System.Globalization.CultureInfo.InvariantCulture;
System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.InvariantCulture;

return await new RootCommand("Measures MailFunctions on this machine, with an emulated storage and a relay of its own. Results are Markdown.")
{
    LanesCommand.Create(),
    DispatcherCommand.Create(),
}.Parse(args).InvokeAsync();
