using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;

namespace Monitor.Tests;

/// <summary>The monitor as its users run it: a process of its own.</summary>
internal sealed partial class MonitorProcess : IDisposable
{
    internal const int Interrupt = 2;
    internal const int Terminate = 15;

    /// <summary>Only reached when something is broken.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly object _gate = new();
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    internal MonitorProcess(params string[] arguments)
        : this("Monitor.dll", arguments)
    {
    }

    private MonitorProcess(string program, string[] arguments, string redirection = "")
    {
        _process = Start(program, arguments, redirection);
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    internal string Output => Read(_output);

    internal string Errors => Read(_errors);

    /// <summary>Starts the monitor with its output still to be read.</summary>
    internal static Process Start(params string[] arguments) => Start("Monitor.dll", arguments, redirection: "");

    /// <summary>Starts the monitor with some of its streams redirected, in the shell's words.</summary>
    internal static MonitorProcess StartRedirected(string redirection, params string[] arguments) =>
        new("Monitor.dll", arguments, redirection);

    /// <summary>Starts the virtual board, the monitor's other end.</summary>
    internal static MonitorProcess StartVirtualBoard(params string[] arguments) => new("VirtualBoard.dll", arguments);

    private static Process Start(string program, string[] arguments, string redirection)
    {
        string host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] command = [host, Path.Combine(AppContext.BaseDirectory, program), .. arguments];
        if (redirection != "") command = ["sh", "-c", $"exec \"$@\" {redirection}", "sh", .. command];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Runs the monitor with arguments that make it end by itself.</summary>
    internal static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        using var monitor = new MonitorProcess(arguments);
        int exitCode = monitor.WaitForExit();
        return (exitCode, monitor.Output, monitor.Errors);
    }

    internal void WaitForOutput(string expected, int times = 1) => WaitFor(_output, expected, times);

    internal void WaitForErrors(string expected, int times = 1) => WaitFor(_errors, expected, times);

    [UnsupportedOSPlatform("windows")]
    internal void Send(int signal) => Assert.AreEqual(0, Kill(_process.Id, signal));

    internal int WaitForExit()
    {
        Assert.IsTrue(_process.WaitForExit(s_patience), $"still running\n{Output}\n{Errors}");

        // Without a limit it also waits for the last lines.
        _process.WaitForExit();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Add(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (_gate)
        {
            text.Append(line).Append('\n');
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    private string Read(StringBuilder text)
    {
        lock (_gate) return text.ToString();
    }

    private void WaitFor(StringBuilder text, string expected, int times)
    {
        var time = Stopwatch.StartNew();
        lock (_gate)
        {
            while (text.ToString().Split(expected).Length <= times)
            {
                TimeSpan left = s_patience - time.Elapsed;
                if (left <= TimeSpan.Zero || !System.Threading.Monitor.Wait(_gate, left))
                    Assert.Fail($"never came: {expected}\noutput:\n{_output}\nerrors:\n{_errors}");
            }
        }
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
