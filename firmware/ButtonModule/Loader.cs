using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

namespace ButtonModule;

/// <summary>Waits for the press that loads the module again, while the module is not there to see it.</summary>
public sealed class Loader
{
    private readonly GpioController _controller;
    private readonly Board _board;
    private readonly AutoResetEvent _pressed = new AutoResetEvent(false);
    private GpioPin? _button;
    private Debounce? _debounce;
    private InterruptLine? _line;

    /// <summary>For the button of a board.</summary>
    public Loader(GpioController controller, Board board)
    {
        _controller = controller;
        _board = board;
    }

    /// <summary>Returns at the next press. The button is still down when the module has gone: the press that counts is the one
    /// after its release.</summary>
    /// <remarks>When something of it fails, it may be called again: it begins with undoing what is left.</remarks>
    public void WaitForPress()
    {
        Release();
        _pressed.Reset();
        _button = _controller.OpenPin(_board.ButtonPin, _board.ButtonMode);
        _debounce = new Debounce(Workqueue.System, _button, _board.ButtonActiveLow, OnButton);
        _line = new InterruptLine(_button, PinEventTypes.Rising | PinEventTypes.Falling, OnEdge, "loader");
        _debounce.Look();
        _pressed.WaitOne();
    }

    /// <summary>Gives the button back.</summary>
    /// <remarks>When something of it fails, what is done is done, and calling it again does the rest.</remarks>
    public void Release()
    {
        _line?.Dispose();
        _line = null;
        _debounce?.Cancel();
        _debounce = null;
        _button?.Dispose();
        _button = null;
    }

    private void OnEdge(InterruptLine line, PinEventTypes edge) => _debounce!.OnEdge(Jiffies.Now);

    private void OnButton(bool isPressed, int edges)
    {
        if (isPressed) _pressed.Set();
    }
}
