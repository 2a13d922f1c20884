using System.CommandLine;
using System.Text;

namespace Hardware.Cli;

/// <summary>A program of this repository: how it reads its arguments, says what is wrong, and ends.</summary>
/// <remarks>
/// <para>A message is one line on standard error: the program's name, and what is wrong and what to do. Arguments that begin with
/// @ are words like others.</para>
/// <para>Standard output that nobody reads (closed, or a pipe whose reader has ended) changes nothing. One that is full makes the
/// exit code 1, with a message. A standard error that cannot be written costs the messages only.</para>
/// </remarks>
public sealed class CommandProgram
{
    private readonly string _name;
    private readonly LastingStream? _stream;

    /// <summary>One that writes to given places.</summary>
    /// <param name="name">The name of its project.</param>
    /// <param name="output">Standard output.</param>
    /// <param name="error">Standard error.</param>
    public CommandProgram(string name, TextWriter output, TextWriter error)
    {
        _name = name;
        Output = output;
        Error = error;
    }

    private CommandProgram(string name, bool isBuffered)
    {
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Encoding.UTF8;
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        _name = name;
        _stream = FileSystem.OpenOutput();
        Output = TextWriter.Synchronized(new StreamWriter(_stream, encoding) { AutoFlush = !isBuffered });
        Error = TextWriter.Synchronized(new StreamWriter(FileSystem.OpenError(), encoding) { AutoFlush = true });
        Console.SetOut(Output);
        Console.SetError(Error);
        OutputIsTerminal = !Console.IsOutputRedirected && OutputFault is null;
        ErrorIsTerminal = !Console.IsErrorRedirected;
    }

    /// <summary>The program as it was started; the console's writers are its own from now on.</summary>
    /// <param name="name">The name of its project.</param>
    /// <param name="isBuffered">True: it flushes <see cref="Output"/> itself.</param>
    public static CommandProgram Start(string name, bool isBuffered = false) => new(name, isBuffered);

    /// <summary>Standard output. Writing to it never throws.</summary>
    public TextWriter Output { get; }

    /// <summary>Standard error. Writing to it never throws.</summary>
    public TextWriter Error { get; }

    /// <summary>True: somebody looks at the output.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>True: somebody looks at the messages.</summary>
    public bool ErrorIsTerminal { get; }

    /// <summary>Why standard output takes nothing any more; null: it does.</summary>
    public StreamFault? OutputFault => _stream?.Fault;

    /// <summary>A line for how far long work is.</summary>
    public ProgressLine Progress() => new(ErrorIsTerminal ? Error : null);

    /// <summary>Does what the arguments say.</summary>
    /// <param name="root">The options, and what is done.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The exit code.</returns>
    public int Run(RootCommand root, string[] arguments)
    {
        int exitCode = Invoke(root, arguments);
        Output.Flush();
        if (OutputFault is not { IsReaderGone: false } fault) return exitCode;
        Complain($"standard output: {fault.Message}");
        return exitCode == ExitCode.Success ? ExitCode.Failed : exitCode;
    }

    /// <summary>Says that something is wrong.</summary>
    /// <param name="message">One line: what, and what to do.</param>
    /// <param name="exitCode">Is returned.</param>
    public int Complain(string message, int exitCode = ExitCode.Failed)
    {
        Error.WriteLine($"{_name}: {message}");
        return exitCode;
    }

    private int Invoke(RootCommand root, string[] arguments)
    {
        ParseResult result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
        {
            return Complain(result.Errors[0].Message.TrimEnd('.') + "; --help lists the options", ExitCode.WrongUse);
        }

        try
        {
            return result.Invoke(new InvocationConfiguration
            {
                Output = Output,
                Error = Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (UsageException exception)
        {
            return Complain(exception.Message, ExitCode.WrongUse);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Stopped;
        }
    }
}
