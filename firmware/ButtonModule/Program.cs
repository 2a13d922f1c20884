using System.Device.Gpio;
using System.Threading;
using Workqueues;

namespace ButtonModule;

/// <summary>The firmware: loads the module, unloads it when asked, and loads it again at the next press.</summary>
public static class Program
{
    private const int RetryMilliseconds = 100;

    /// <summary>Runs until power-off; returns only on a board that it does not know.</summary>
    /// <remarks>A step that there is no memory for leaves nothing half made, and is done again a moment later.</remarks>
    public static void Main()
    {
        Board? board = null;
        Module? module = null;
        Loader? loader = null;
        GpioController? controller = null;
        int step = 0;
        bool mustRest = false;
        while (true)
        {
            try
            {
                if (mustRest)
                {
                    mustRest = false;
                    Thread.Sleep(RetryMilliseconds);
                    KernelLog.Write("button_module: out of memory, trying again");
                }

                if (module == null)
                {
                    board ??= Boards.Here();
                    if (board == null) return;

                    // The shared queue allocates at first use: now, not in an interrupt handler.
                    Workqueue events = Workqueue.System;
                    controller ??= new GpioController();
                    loader = new Loader(controller, board);
                    module = new Module(controller, board);
                }

                if (step == 0) module.Init();
                else if (step == 1) module.WaitForUnload();
                else if (step == 2) module.Exit();
                else if (step == 3) loader!.WaitForPress();
                else loader!.Release();
                step = step == 4 ? 0 : step + 1;
            }
            catch (System.OutOfMemoryException)
            {
                mustRest = true;
            }
        }
    }
}
