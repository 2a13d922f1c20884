using Hardware.Machine;

namespace Exploration.Tests;

/// <summary>A bug that the explorer must find.</summary>
/// <param name="Name">What is wrong.</param>
/// <param name="Program">The program that shows it.</param>
/// <param name="Broken">What the failure says, in part.</param>
/// <param name="Changes">How it comes into the sources.</param>
internal sealed record PlantedBug(string Name, string Program, string Broken, params SourceChange[] Changes)
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
            new SourceChange("Workqueue.cs", "if (pool.MustWake) pool.Wake.Set();", "")),

        new("a worker looks for work, and says only later that it sleeps",
            "queue || cancel || run",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                "                    pool.MustWake = true;\n                    Monitor.Exit(Gate.Lock);\n",
                "                    Monitor.Exit(Gate.Lock);\n                    lock (Gate.Lock) pool.MustWake = true;\n")),

        new("pending ends only after the lock has been left",
            "queue || cancel || run",
            "",
            new SourceChange("Worker.cs",
                "                        next.Bits = (bits & ~Work.PlaceMask) | (int)WorkStates.Running;\n", ""),
            new SourceChange("Worker.cs",
                "                        work = next;\n",
                """
                                        lock (Gate.Lock)
                                        {
                                            next.Bits = (next.Bits & ~Work.PlaceMask) | (int)WorkStates.Running;
                                        }

                                        work = next;

                """)),

        new("CancelSync does not bar the item from being queued",
            "CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new SourceChange("Work.cs", "                if (isRunning) Bits |= (int)WorkStates.Canceling;\n", "")),

        new("the first CancelSync that returns lifts the bar of the others",
            "CancelSync || CancelSync || an item that queues itself",
            "being cancelled and may be queued",
            new SourceChange("Work.cs",
                "if (waiter.LeaveLocked()) Bits &= ~(int)WorkStates.Canceling;",
                "waiter.LeaveLocked(); Bits &= ~(int)WorkStates.Canceling;")),

        new("two threads may program the timer",
            "arm || arm || timer: the earliest deadline wins",
            "two threads arm the timer at once",
            new SourceChange("Deadlines.cs",
                """
                        if (IsProgramming)
                        {
                            s_isChanged = true;
                            return false;
                        }


                """,
                "")),

        new("after arming nobody looks again",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new SourceChange("Deadlines.cs", "isDone = !s_isChanged;", "isDone = true;")),

        new("the expiry does not ask for the next deadline",
            "arm || arm || timer: the earliest deadline wins",
            "a lost deadline",
            new SourceChange("Deadlines.cs",
                "                    s_isRequested = true;\n                    s_requested = now +",
                "                    s_isRequested = false;\n                    s_requested = now +")),

        new("an item that is due before all others is not the first to come",
            "arm || arm || timer: the earliest deadline wins",
            "",
            new SourceChange("Deadlines.cs",
                "                s_first = link;\n            }\n\n            while (down",
                "            }\n\n            while (down")),

        new("items that come after a Flush have its colour",
            "Flush || queue and cancel of a later item",
            "Flush returned",
            new SourceChange("Workqueue.Waiting.cs",
                "            JoinBitsLocked = (int)WorkStates.Queued | ((colour + (1 << Work.ColourShift)) & Work.ColourMask);\n",
                "")),

        new("Flush waits until the queue is empty",
            "Flush || Flush || a later item that blocks until both have returned",
            "deadlock",
            new SourceChange("Workqueue.Waiting.cs",
                "WaiterKind.Flush => !isOlderOpen && waiter.Count == 0,", "WaiterKind.Flush => WaitingLocked + running == 0,")),

        new("who flushes an item that starts is forgotten",
            "Work.Flush || Work.Flush || an item that queues itself",
            "a caller waits for item",
            new SourceChange("Worker.cs", "            if ((bits & Work.Awaited) != 0) Waiter.ItemStartedLocked(work);\n", "")),

        new("Destroy does not look for what chained work has armed",
            "Destroy || chained work that queues and arms",
            "Destroy returned and an item is armed",
            new SourceChange("Workqueue.Waiting.cs",
                "if (WaitingLocked > 0 || running != 0 || ArmedLocked > 0) return",
                "if (WaitingLocked > 0 || running != 0) return")),

        new("Destroy leaves other queues' items where no worker is any more",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "",
            new SourceChange("Workqueue.Waiting.cs",
                "                while (pool.Next != pool) MoveHomeLocked((Work)pool.Next!);\n", "")),

        new("an item whose worker's queue is gone wakes nobody when it ends",
            "Destroy || an item of another queue that runs on its worker and queues itself again",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                "if (pool != Pool && pool.MustWake) wake = pool.Wake;", "")),

        new("Thaw wakes nobody",
            "Freeze, Thaw || queue || run",
            "a lost wake-up",
            new SourceChange("Workqueue.Waiting.cs",
                "is made again.\n            if (done != null) Waiter.Signal(ref done);\n            WorkerPool.WakeAll();\n",
                "is made again.\n            if (done != null) Waiter.Signal(ref done);\n")),

        new("a worker takes an item that still runs",
            "two workers || one item that is queued again and again",
            "beside itself",
            new SourceChange("Worker.cs",
                "(work.Bits & (int)WorkStates.Running) == 0 && (work.Home", "(work.Home")),

        new("the monitor forgets, between two looks, that it is armed again",
            "two runs under a watchdog || time",
            "the monitor says it is armed and is not",
            new SourceChange("WorkerMonitor.cs",
                "        s_mustProgram = false;\n        bool isAny = false;\n",
                "        IsArmedLocked = false;\n        s_mustProgram = false;\n        bool isAny = false;\n")),

        new("Cancel wakes who flushes with the lock held",
            "Work.Flush || cancel || expiry",
            "is called with the library's lock held",
            new SourceChange("Work.cs",
                "            wasPending = CancelLocked(actor, now, ref done);\n            Monitor.Exit(Gate.Lock);\n",
                """
                            wasPending = CancelLocked(actor, now, ref done);
                            Waiter.Signal(ref done);
                            Monitor.Exit(Gate.Lock);

                """)),

        new("Cancel takes no lock",
            "queue || cancel || run",
            "",
            new SourceChange("Work.cs",
                """
                            Monitor.Enter(Gate.Lock);
                            wasPending = CancelLocked(actor, now, ref done);
                            Monitor.Exit(Gate.Lock);

                """,
                "            wasPending = CancelLocked(actor, now, ref done);\n"))
        {
            Places = Explorer.Accesses,
        },

        new("ModifyDelayed takes no lock",
            "ModifyDelayed || run || cancel",
            "",
            new SourceChange("Workqueue.cs",
                "            Monitor.Enter(Gate.Lock);\n            int bits = work.Bits;\n            bool isArmed =",
                "            if (!mayMove) Monitor.Enter(Gate.Lock);\n"
                    + "            int bits = work.Bits;\n            bool isArmed ="),
            new SourceChange("Workqueue.cs",
                "            Monitor.Exit(Gate.Lock);\n            if (program)",
                "            if (!mayMove) Monitor.Exit(Gate.Lock);\n            if (program)"))
        {
            Places = Explorer.Accesses,
        },

        new("of two signals that come as one, the second worker never hears",
            "two workers || two items, the first of which waits for the second",
            "a lost wake-up",
            new SourceChange("Worker.cs",
                "if (pool.WorkerCount > 1 && NextItemLocked(work) != null) wake = pool.Wake;", "")),
    ];
}
