using System;
using System.Device.Gpio;
using System.Threading;
using ButtonModule;
using Workqueues;
using Workqueues.Gpio;

namespace SelfTest;

/// <summary>One law of the library, tried on the board.</summary>
/// <returns>Null: it holds; otherwise what was seen instead.</returns>
internal delegate string? Check();

/// <summary>Tries on a board what needs one, and measures it: flash it, touch nothing, read the log. It raises its interrupts
/// itself: a write to an output pin that has a handler posts an event, which takes the same way as that of an edge from
/// outside.</summary>
public static class Program
{
    private static int s_passed;
    private static int s_failed;

    /// <summary>Runs once; the last line of its log counts what passed and what failed.</summary>
    public static void Main()
    {
        if (Boards.Here() is not { } board) return;
        Console.WriteLine("SelfTest: " + board.Name + ", " + (Memory.Free() / 1024).ToString() + " KB of heap free");
        Workqueue events = Workqueue.System; // made at first use: now, so that it is in no figure
        GpioPin pin = new GpioController().OpenPin(board.LedPin, PinMode.Output);
        bool isDirect = InterruptLine.UseDirectDispatch();

        Contract contract = new Contract(pin);
        Try("an_interrupt_queues_an_item", contract.InterruptQueuesItem);
        Try("an_interrupt_is_refused_to_wait", contract.InterruptIsRefusedToWait);
        Try("a_delay_is_never_early", contract.DelayIsNeverEarly);
        Try("cancel_takes_a_pending_item_off", contract.CancelTakesOff);
        Try("cancel_sync_waits_and_ends_self_queueing", contract.CancelSyncWaits);
        Try("flush_waits_for_what_was_queued", contract.FlushWaits);
        Try("destroy_cancels_refuses_and_ends", contract.DestroyEnds);
        Try("a_handler_is_refused_to_wait_for_itself", contract.HandlerIsRefusedToWaitForItself);
        Try("a_storm_is_survived", contract.StormIsSurvived);
        if (Try("memory_is_the_same_after_1000_rounds", contract.MemoryStays)) Measure(pin, isDirect, contract.StormCount);
        else Console.WriteLine("no figures: the heap would be full before they are taken");

        // At last, because it plugs a timer of its own in, for good.
        Try("a_timer_expiry_is_refused_to_wait", contract.ExpiryIsRefusedToWait);
        Console.WriteLine("SelfTest: " + s_passed.ToString() + " passed, " + s_failed.ToString() + " failed");
    }

    private static void Measure(GpioPin pin, bool isDirect, int stormCount)
    {
        try
        {
            Benchmark benchmark = new Benchmark(pin, isDirect);
            benchmark.Run();
            Console.WriteLine("storm: " + Contract.StormEdges.ToString() + " edges made, " + stormCount.ToString()
                + " came: the runtime's ring drops the oldest");
        }
        catch (Exception exception)
        {
            s_failed++;
            Console.WriteLine("FAIL the benchmark: " + exception.GetType().FullName + ": " + exception.Message);
        }
    }

    private static bool Try(string name, Check check)
    {
        string? why;
        try
        {
            why = check();
        }
        catch (Exception exception)
        {
            why = exception.GetType().FullName + ": " + exception.Message;
        }

        if (why == null) s_passed++;
        else s_failed++;
        Console.WriteLine(why == null ? "PASS " + name : "FAIL " + name + ": " + why);
        return why == null;
    }
}
