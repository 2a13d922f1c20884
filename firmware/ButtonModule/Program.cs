using System.Device.Gpio;
using System.Threading;
using nanoFramework.Runtime.Native;
using Workqueues;
using Workqueues.Gpio;

namespace ButtonModule;

/// <summary>The firmware: loads the module, unloads it when asked, and loads it again at the next press.</summary>
public static class Program
{
    /// <summary>Runs until power-off; returns only on a board that it does not know.</summary>
    public static void Main()
    {
        string target = SystemInfo.TargetName;
        Board? board = Boards.Find(target);

        // The log is not heard yet on some boards; one that is not known may be of them.
        int wait = board == null ? Boards.PingWaitMilliseconds : board.LogWaitMilliseconds;
        if (wait > 0) Thread.Sleep(wait);
        if (board == null)
        {
            string known = "";
            foreach (Board each in Boards.All()) known += " " + each.Target;
            KernelLog.Write("button_module: unknown board " + target + "; it knows those that begin with:" + known);
            return;
        }

        // The shared queue allocates at first use: now, not in an interrupt handler.
        Workqueue events = Workqueue.System;
        GpioController controller = new GpioController();
        Module module = new Module(controller, board);
        while (true)
        {
            module.Init();
            module.WaitForUnload();
            module.Exit();
            WaitForPress(controller, board, events);
        }
    }

    // The button is still down when the module has gone: the press that counts is the one after its release.
    private static void WaitForPress(GpioController controller, Board board, Workqueue queue)
    {
        AutoResetEvent pressed = new AutoResetEvent(false);
        GpioPin pin = controller.OpenPin(board.ButtonPin, board.ButtonMode);
        Debounce debounce = new Debounce(queue, pin, board.ButtonActiveLow, (isPressed, edges) =>
        {
            if (isPressed) pressed.Set();
        });

        InterruptLine line = new InterruptLine(
            pin, PinEventTypes.Rising | PinEventTypes.Falling, (source, edge) => debounce.OnEdge(), "loader");
        pressed.WaitOne();
        line.Dispose();
        debounce.Cancel();
        pin.Dispose();
    }
}
