namespace Contract.Tests;

/// <summary>The program's console for a test: keeps what is written, or fails.</summary>
internal sealed class FailingConsole : StringWriter
{
    private readonly TextWriter _console = Console.Out;

    internal FailingConsole() => Console.SetOut(this);

    /// <summary>What each line throws; null: it is written.</summary>
    internal Exception? Failure { get; set; }

    internal string Text { get; set; } = "";

    public override void WriteLine(string? value)
    {
        if (Failure != null) throw Failure;
        Text += value + "\n";
    }

    protected override void Dispose(bool disposing)
    {
        Console.SetOut(_console);
        base.Dispose(disposing);
    }
}
