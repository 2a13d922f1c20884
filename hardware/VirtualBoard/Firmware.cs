using System.Reflection;
using System.Runtime.ExceptionServices;

namespace VirtualBoard;

/// <summary>The firmware image: started at its entry point, as a board's runtime does, on a thread of its own.</summary>
public sealed class Firmware
{
    private readonly MethodInfo _entry;
    private volatile Exception? _failure;
    private volatile bool _hasEnded;

    /// <summary>An image.</summary>
    /// <param name="image">The assembly; unmodified, it does not know that the board is virtual.</param>
    /// <exception cref="InvalidOperationException">It has no entry point.</exception>
    public Firmware(Assembly image) => _entry = image.EntryPoint
        ?? throw new InvalidOperationException($"{image.GetName().Name} has no Main.");

    /// <summary>What came out of Main; null: nothing.</summary>
    public Exception? Failure => _failure;

    /// <summary>True: Main has returned or thrown. On a board that ends the first thread only.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>Runs Main. An exception in any other thread of the firmware is printed and ends that thread only, as on a
    /// board.</summary>
    public void Start()
    {
        ExceptionHandling.SetUnhandledExceptionHandler(exception =>
        {
            Console.WriteLine($"unhandled {exception.GetType()} in thread '{Thread.CurrentThread.Name}': {exception.Message}; "
                + "the thread has ended, the firmware goes on");
            return true;
        });
        new Thread(RunMain) { Name = "main", IsBackground = true }.Start();
    }

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
