using System.Text;
using Workqueues;

namespace Injection.Tests;

/// <summary>Fails the k-th of many steps, and some after it: the way SQLite tests what it does without memory.</summary>
/// <remarks>A PC's memory does not run out on demand. What can be made to fail here stands at two places: the points before the
/// library's lock sections, and the console's lines.</remarks>
internal sealed class Injection : TextWriter, IInterleaving
{
    private readonly object _gate = new();
    private readonly StringBuilder _text = new();
    private readonly TextWriter _console = Console.Out;
    private int _firstPoint = int.MaxValue;
    private int _lastPoint = -1;
    private int _firstLine = int.MaxValue;
    private int _lastLine = -1;
    private string _name = "";
    private int _toPass;

    /// <summary>Points passed since the start.</summary>
    internal int Points { get; private set; }

    /// <summary>Lines asked for since the start.</summary>
    internal int Lines { get; private set; }

    /// <summary>Steps that were made to fail.</summary>
    internal int Failed { get; private set; }

    /// <summary>What a line throws that fails; null: IOException.</summary>
    internal Func<Exception>? LineFailure { get; set; }

    /// <summary>Called at each point, before it passes or fails: another thread's step may be taken there.</summary>
    internal Action<string>? AtPoint { get; set; }

    /// <summary>Called for each line, before it is written or fails.</summary>
    internal Action<string>? AtLine { get; set; }

    /// <summary>What was written.</summary>
    internal string Log
    {
        get
        {
            lock (_gate) return _text.ToString();
        }
    }

    public override Encoding Encoding => Encoding.UTF8;

    /// <summary>From now on the library's points and the console are this one's.</summary>
    internal static Injection Start()
    {
        Injection injection = new();
        Console.SetOut(injection);
        Interleaving.Explorer = injection;
        return injection;
    }

    /// <summary>Fails point <paramref name="k"/> of those that come, and those behind it.</summary>
    internal void FailPoints(int k, int count) => (_firstPoint, _lastPoint) = (Points + k, Points + k + count - 1);

    /// <summary>Fails the k-th point of that name, once.</summary>
    internal void FailPoint(string name, int k)
    {
        lock (_gate) (_name, _toPass) = (name, k);
    }

    /// <summary>Fails line <paramref name="k"/> of those that come, and those behind it.</summary>
    internal void FailLines(int k, int count) => (_firstLine, _lastLine) = (Lines + k, Lines + k + count - 1);

    /// <summary>Memory is back.</summary>
    internal void Heal()
    {
        _firstPoint = int.MaxValue;
        _firstLine = int.MaxValue;
        _name = "";
    }

    /// <summary>Takes it out again.</summary>
    internal void End()
    {
        Heal();
        Interleaving.Explorer = null;
        Console.SetOut(_console);
    }

    void IInterleaving.Point(string name)
    {
        AtPoint?.Invoke(name);
        lock (_gate)
        {
            int k = Points++;
            bool isNamed = name == _name && _toPass-- == 0;
            if (!isNamed && (k < _firstPoint || k > _lastPoint)) return;
            Failed++;
        }

        throw new OutOfMemoryException("injected at '" + name + "'");
    }

    void IInterleaving.Set(AutoResetEvent signal)
    {
    }

    void IInterleaving.Wait(AutoResetEvent signal)
    {
    }

    void IInterleaving.Join(Thread thread)
    {
    }

    public override void WriteLine(string? value)
    {
        AtLine?.Invoke(value!);
        lock (_gate)
        {
            int k = Lines++;
            if (k >= _firstLine && k <= _lastLine) Failed++;
            else
            {
                _text.Append(value).Append('\n');
                return;
            }
        }

        throw LineFailure?.Invoke() ?? new IOException("no space left on device");
    }

    public override void Write(char value)
    {
    }
}

/// <summary>An exception that cannot describe itself.</summary>
internal sealed class MuteException : Exception
{
    public override string Message => throw new InvalidOperationException("no message");
}
