namespace Hardware.Cli;

/// <summary>How a program ends.</summary>
public static class ExitCode
{
    /// <summary>It did what it was asked to.</summary>
    public const int Success = 0;

    /// <summary>It failed while running, or found what it looks for; standard output or a file could not be written.</summary>
    public const int Failed = 1;

    /// <summary>The arguments, or what they name, cannot be used; nothing was done.</summary>
    public const int WrongUse = 2;

    /// <summary>It was stopped by Ctrl-C, as shells count it: 128 and the signal's number.</summary>
    public const int Stopped = 130;
}
