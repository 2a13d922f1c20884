using Hardware.Machine;
using Reference;
using static Reference.Nature;

namespace Exploration.Tests;

/// <summary>A bug that the explorer must find.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Program">The program that shows it.</param>
/// <param name="Broken">What the failure says, in part.</param>
/// <param name="Mutations">How it comes into the compiled library.</param>
internal sealed record PlantedBug(string Name, string Program, string Broken, params Mutation[] Mutations)
{
    /// <summary>Where threads may be interrupted.</summary>
    internal Places Places { get; init; } = Explorer.Operations;
}

/// <summary>Bugs that such a library has had, or could easily have.</summary>
internal static class PlantedBugs
{
    internal static readonly PlantedBug[] All =
    [
        new("the only idle worker gets no signal",
            "queue || cancel || run",
            "a lost wake-up",
            new Mutation(DropCall, "Workqueue.Queue", "EventWaitHandle.Set")),

        new("a worker looks for work, and says only later that it sleeps",
            "queue || cancel || run",
            "a lost wake-up",
            new Mutation(Delay, "Worker.Run", "MustWake") { Number = 1, Behind = "Monitor.Exit" })
        {
            Places = Explorer.Accesses,
        },

        new("pending ends only after the lock has been left",
            "queue || cancel || run",
            "",
            new Mutation(Delay, "Worker.Run", "Bits") { Number = 2, Behind = "Monitor.Exit" })
        {
            Places = Explorer.Accesses,
        },

        new("CancelSync does not bar the item from being queued",
            "CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new Mutation(DropStore, "Work.Stop", "Bits") { Number = 3 }),

        new("the first CancelSync that returns lifts the bar of the others",
            "CancelSync || CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new Mutation(Decide, "Work.EndStop", "Waiter.LeaveLocked")),

        new("two threads may program the timer",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new Mutation(DropStore, "Deadlines.ArmLocked", "IsProgramming")),

        new("after arming nobody looks again",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new Mutation(Decide, "Deadlines.Program", "s_isChanged") { Value = 0 }),

        new("who programs the timer takes no lock to look again",
            "arm || arm || timer: the earliest deadline wins",
            "",
            new Mutation(NoLock, "Deadlines.Program"))
        {
            Places = Explorer.Accesses,
        },

        new("the expiry does not ask for the next deadline",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new Mutation(DropStore, "Deadlines.TakeDue", "s_isRequested") { Number = 2 }),

        new("an item that is due before all others is not the first to come",
            "arm || arm || timer: the earliest deadline wins",
            "",
            new Mutation(DropStore, "Deadlines.ArmLocked", "FirstLocked") { Number = 2 }),

        new("items that come after a Flush have its colour",
            "Flush || queue and cancel of a later item",
            "Flush returned",
            new Mutation(DropStore, "Workqueue.JoinFlushLocked", "JoinBitsLocked")),

        new("Flush waits until the queue is empty",
            "Flush || Flush || a later item that blocks until both have returned",
            "deadlock",
            new Mutation(Constant, "Workqueue.FlushBusy", "3 after Thread.get_CurrentThread") { Value = 4 }), // WaiterKind: Empty

        new("who flushes an item that starts is forgotten",
            "Work.Flush || Work.Flush || an item that queues itself",
            "a caller waits for item",
            new Mutation(DropCall, "Worker.Take", "Waiter.ItemStartedLocked")),

        new("Destroy does not look for what chained work has armed",
            "Destroy || chained work that queues and arms",
            "Destroy returned and an item is armed",
            new Mutation(Constant, "Workqueue.End", "0 after ArmedLocked") { Number = 1, Value = int.MaxValue }),

        new("Destroy leaves other queues' items where no worker is any more",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "",
            new Mutation(Decide, "Workqueue.End", "Next")),

        new("an item whose worker's queue is gone wakes nobody when it ends",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "a lost wake-up",
            new Mutation(Negate, "Worker.Finish", "MustWake")),

        new("Thaw wakes nobody",
            "Freeze, Thaw || queue || run",
            "a lost wake-up",
            new Mutation(DropCall, "Workqueue.Thaw", "WorkerPool.WakeAll") { Number = 1 }),

        new("a worker takes an item that still runs",
            "two workers || one item that is queued again and again",
            "beside itself",
            new Mutation(Constant, "Worker.NextItemLocked", "4 after Bits")),

        new("the monitor forgets, between two looks, that it is armed again",
            "two runs under a watchdog || time",
            "the monitor says it is armed and is not",
            new Mutation(DropStore, "WorkerMonitor.ArmLocked", "IsArmedLocked")),

        new("Cancel wakes who flushes with the lock held",
            "Work.Flush || cancel || expiry",
            "is called with the library's lock held",
            new Mutation(Delay, "Work.Cancel", "Monitor.Exit") { Behind = "Waiter.Signal" }),

        new("Cancel takes no lock",
            "queue || cancel || run",
            "",
            new Mutation(NoLock, "Work.Cancel"))
        {
            Places = Explorer.Accesses,
        },

        new("ModifyDelayed takes no lock",
            "ModifyDelayed || run || cancel",
            "",
            new Mutation(NoLock, "Workqueue.Arm"))
        {
            Places = Explorer.Accesses,
        },

        new("of two signals that come as one, the second worker never hears",
            "two workers || two items, the first of which waits for the second",
            "a lost wake-up",
            new Mutation(DropCall, "Worker.Take", "Worker.NextItemLocked") { Number = 2 }),
    ];
}
