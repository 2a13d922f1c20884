using System.Reflection;
using System.Runtime.ExceptionServices;

namespace VirtualBoard;

/// <summary>The firmware image: started at its entry point, as a board's runtime does, on a thread of its own.</summary>
public sealed class Firmware
{
    private readonly MethodInfo _entry;
    private volatile Exception? _failure;
    private volatile bool _hasEnded;

    /// <summary>Firmware that starts at a method.</summary>
    /// <param name="entry">A static method that takes nothing, or an array of strings.</param>
    public Firmware(MethodInfo entry) => _entry = entry;

    /// <summary>What came out of Main; null: nothing.</summary>
    public Exception? Failure => _failure;

    /// <summary>True: Main has returned or thrown. On a board that ends the first thread only.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>The firmware in an image.</summary>
    /// <param name="image">The assembly; unmodified, it does not know that the board is virtual.</param>
    /// <exception cref="InvalidOperationException">It has no entry point.</exception>
    public static Firmware In(Assembly image) => new(image.EntryPoint
        ?? throw new InvalidOperationException($"{image.GetName().Name} has no Main."));

    /// <summary>From now on an exception that nobody catches ends its thread and no more, as on a board: it is printed and the
    /// firmware goes on. For the whole process; may be called once.</summary>
    public static void OutliveItsThreads() => ExceptionHandling.SetUnhandledExceptionHandler(exception =>
    {
        Console.WriteLine($"unhandled {exception.GetType()} in thread '{Thread.CurrentThread.Name}': {exception.Message}; "
            + "the thread has ended, the firmware goes on");
        return true;
    });

    /// <summary>Runs Main on a thread of its own.</summary>
    public void Start() => new Thread(RunMain) { Name = "main", IsBackground = true }.Start();

    private void RunMain()
    {
        try
        {
            object?[]? arguments = _entry.GetParameters().Length == 0 ? null : [Array.Empty<string>()];
            _entry.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        }
        catch (Exception exception)
        {
            Console.WriteLine($"unhandled {exception}");
            _failure = exception;
        }

        _hasEnded = true;
    }
}
