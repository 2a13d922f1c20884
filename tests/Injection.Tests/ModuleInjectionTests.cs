using System.Device.Gpio;
using System.Reflection;
using System.Text.RegularExpressions;
using ButtonModule;
using Hardware.Machine;
using NFUnitTest;
using OnMachine;
using VirtualRuntime;
using Workqueues;
using Module = ButtonModule.Module;

namespace Injection.Tests;

/// <summary>The button's module on a virtual chip: what fails while it is loaded, pressed and unloaded loses no item, and the
/// next press is seen.</summary>
[TestClass]
public sealed partial class ModuleInjectionTests
{
    private const int Presses = 4; // of a scenario
    private const int EdgesOfAMove = 3; // the contact bounces
    private const int PoolItems = 16;

    private Board _board = null!;
    private Module _module = null!;
    private int _edges; // since the module was loaded
    private long _ledBefore; // that it was switched on

    [TestInitialize]
    public void PowerOn()
    {
        Outside.SetMayFail(false);
        _ = Workqueue.System;
        _board = Boards.Find("VIRTUAL")!;
        _module = new Module(new GpioController(), _board);
        Outside.SetMayFail(true);
    }

    // Lines of the top half, of the bottom half and of the debounce, and those of loading.
    [InjectedTest(Failing.Lines)]
    public void Press_AnyLineFails_EveryPressIsSeenAndEveryItemComesBack() => PressWithoutLines();

    [InjectedTest(Failing.Lines, Count = PoolItems)]
    public void Press_LinesFail_EveryPressIsSeenAndEveryItemComesBack() => PressWithoutLines();

    // conformance: Failures | any k-th allocation fails, once or for a while | any call, and a press
    // Here the presses, with loading and unloading; the library's calls are in LibraryInjectionTests.
    [InjectedTest(Failing.Calls, Every = 11)]
    public void Press_AnyCallFails_BooksBalanceAndTheNextPressIsSeen() => LoadPressAndUnload();

    [InjectedTest(Failing.Allocations)]
    public void Press_AnyAllocationFails_BooksBalanceAndTheNextPressIsSeen() => LoadPressAndUnload();

    [InjectedTest(Failing.Allocations, Count = 7)]
    public void Press_AllocationsFail_BooksBalanceAndTheNextPressIsSeen() => LoadPressAndUnload();

    [InjectedTest(Failing.Calls, Every = 3)]
    public void Exit_AnyCallFails_BooksBalanceAndItCanBeLoadedAgain() => UnloadAndLoadAgain();

    [InjectedTest(Failing.Allocations)]
    public void Exit_AnyAllocationFails_BooksBalanceAndItCanBeLoadedAgain() => UnloadAndLoadAgain();

    [InjectedTest(Failing.Calls)]
    public void Loader_AnyCallFails_ThePressIsSeenAndTheButtonIsFree() => LoadAgainByAPress();

    [InjectedTest(Failing.Allocations)]
    public void Loader_AnyAllocationFails_ThePressIsSeenAndTheButtonIsFree() => LoadAgainByAPress();

    // conformance: Failures | a storm fills the heap with events | and ends
    [MachineTest(HeapBytes = 26_000)]
    public void Storm_FillsTheHeapAndEnds_EverythingWorksAgain()
    {
        const int Edges = 800;
        const int Burst = 100; // the ring holds 128
        Load();
        var burst = new WireChange[Burst];
        for (int i = 0; i < Burst; i++) burst[i] = new WireChange(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
        for (int i = 0; i < Edges; i += Burst)
        {
            Outside.Drive(burst);
            Outside.Pass(1);
        }

        Outside.WaitUntilIdle();
        Assert.IsGreaterThan(0, Outside.Interrupts.Dropped, "the heap was not full");
        Settle();
        CheckItemsAndPress();
        Unload();
        CheckBooks();
    }

    // On a board the bottom half's line may find no memory, and its exception is the work function's. Here its handler throws
    // instead; the report of each fault cannot be written either.
    [MachineTest]
    public void Press_BottomHalvesThrowAndTheReportsFail_EachIsCountedAndEveryItemComesBack()
    {
        MakeBottomHalvesThrow(PoolItems);
        Load();
        Outside.FailLines(1000);
        int lost = KernelLog.LostCount;
        for (int i = 0; i < PoolItems; i++)
        {
            Outside.Drive(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
            Settle();
        }

        Workqueue.FlushScheduled();
        Assert.AreEqual(2 * PoolItems, KernelLog.LostCount - lost, "a line of the top half and a report for each");
        Outside.FailLines(0);
        Rest();
        CheckItemsAndPress();
        Unload();
        (int queued, int run, int failed, int notAllocated) = Books();
        Assert.AreEqual(PoolItems, failed);
        Assert.AreEqual(0, notAllocated);
        Assert.AreEqual(queued, run + failed);
    }

    // A scenario in which no line is lost, and all that it has to say of a press is lines.
    private void PressWithoutLines()
    {
        Load();
        for (int i = 0; i < Presses; i++)
        {
            Move(Drive.Low);
            Rest();
            Assert.AreEqual(i + 1, LedSwitchedOn, "the press was not seen");
            Move(Drive.Open);
            Rest();
            Outside.Pass(300);
        }

        Workqueue.FlushScheduled();
        Outside.SetMayFail(false);
        Assert.AreEqual(Outside.FailedLines > 0, KernelLog.LostCount > 0);
        CheckItemsAndPress();
        Unload();
        (int queued, int run, int faulted, int notAllocated) = Books();
        Assert.AreEqual((_edges, _edges, 0, 0), (queued, run, faulted, notAllocated));
    }

    // An edge whose top half fails is an edge lost: what is asked of the presses meanwhile is only that they harm nothing.
    private void LoadPressAndUnload()
    {
        Load();
        Move(Drive.Low);
        Rest();
        Move(Drive.Open);
        Rest();
        Outside.SetMayFail(false);
        CheckItemsAndPress();
        Unload();
        CheckBooks();
    }

    private void UnloadAndLoadAgain()
    {
        Outside.SetMayFail(false);
        Load();
        Move(Drive.Low);
        Rest();
        Outside.SetMayFail(true);
        Unload();
        Outside.SetMayFail(false);
        CheckBooks();
        Assert.IsNull(Find("my_queue"));
        Assert.IsNull(Find("button"));
        Outside.Drive(_board.ButtonPin, Drive.Open);
        Load();
        CheckItemsAndPress();
        Unload();
        CheckBooks();
    }

    private void LoadAgainByAPress()
    {
        const int Tries = 3; // a press may be what is lost
        Outside.SetMayFail(false);
        var loader = new Loader(new GpioController(), _board);
        bool isLoaded = false;
        var main = new Thread(() =>
        {
            Again(loader.WaitForPress);
            Again(loader.Release);
            isLoaded = true;
        });
        Outside.SetMayFail(true);
        main.Start();
        for (int i = 0; i < Tries && !isLoaded; i++)
        {
            foreach (Drive to in (Drive[])[Drive.Low, Drive.Open])
            {
                Outside.Pass(200);
                Outside.Drive(_board.ButtonPin, to);
            }

            Outside.Pass(200);
        }

        Assert.IsTrue(isLoaded, "the press was not seen");
        Outside.SetMayFail(false);
        Load();
        CheckItemsAndPress();
        Unload();
        CheckBooks();
    }

    private static string Log() => string.Concat(Outside.Log.Select(line => line.Text + "\n"));

    private int LedSwitchedOn => (int)(Outside.GetPin(_board.LedPin).RisingEdges - _ledBefore);

    // What a firmware does that can wait: the call is made again.
    private void Load()
    {
        _edges = 0;
        _ledBefore = Outside.GetPin(_board.LedPin).RisingEdges;
        Again(_module.Init);
    }

    private void Unload() => Again(_module.Exit);

    private static void Again(Action call)
    {
        while (true)
        {
            try
            {
                call();
                return;
            }
            catch (OutOfMemoryException)
            {
            }
        }
    }

    // One change of the contact; it ends where it is moved to.
    private void Move(Drive to)
    {
        Drive other = to == Drive.Low ? Drive.Open : Drive.Low;
        int pin = _board.ButtonPin;
        Outside.Drive([new WireChange(pin, to), new WireChange(pin, other), new WireChange(pin, to)]);
        _edges += EdgesOfAMove;
        Settle();
    }

    // Top and bottom halves have run.
    private void Settle()
    {
        Outside.WaitUntilIdle();
        Again(Find("my_queue")!.Flush);
    }

    // The debounce has seen the contact at rest.
    private void Rest()
    {
        Outside.Pass(Debounce.IntervalMilliseconds + 1);
        Again(Find("button")!.Flush);
    }

    // With memory and console back: all items of the pool are in flight at once, and a press lights the LED.
    private void CheckItemsAndPress()
    {
        Wait.Until(() => !Gate.HasLeftovers);
        Workqueue queue = Find("my_queue")!;
        int start = Log().Length;
        queue.Freeze();
        for (int i = 0; i < PoolItems; i++) Outside.Drive(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
        _edges += PoolItems;
        Outside.WaitUntilIdle();
        Assert.AreEqual(PoolItems, queue.WaitingLocked, "an item has not come back");
        queue.Thaw();
        Settle();
        Assert.DoesNotContain("failed to allocate", Log()[start..]);

        // A worker may come late to what it was asked for, and what it arms then is late too. In the end nothing is armed.
        Workqueue button = Find("button")!;
        Wait.Until(() =>
        {
            Outside.Pass(1000);
            Rest();
            int running = -1;
            Worker.CountRunningLocked(button, ref running);
            return button.ArmedLocked + button.WaitingLocked + running == 0;
        });
        Assert.IsFalse(Outside.GetPin(_board.LedPin).IsHigh, "the LED stayed on");
        int before = LedSwitchedOn;
        Move(Drive.Low);
        Rest();
        Assert.AreEqual(before + 1, LedSwitchedOn, "the press was not seen");
        Move(Drive.Open);
        Rest();
    }

    private void CheckBooks()
    {
        // The line that says them may be what failed.
        if (BooksLine().IsMatch(Log()))
        {
            (int queued, int run, int failed, _) = Books();
            Assert.AreEqual(queued, run + failed);
        }
        else
        {
            Assert.IsGreaterThan(0, KernelLog.LostCount, "neither the books nor that they were lost");
        }

        Assert.AreEqual(0, Stepping.CountWaiters(null));
        Assert.IsFalse(InterruptContext.IsActive);
        foreach (UnhandledException each in Outside.TakeUnhandled())
        {
            Assert.IsInstanceOfType<OutOfMemoryException>(each.Exception);
        }
    }

    // What the module said last when it was unloaded.
    private (int Queued, int Run, int Failed, int NotAllocated) Books()
    {
        Match match = BooksLine().Matches(Log())[^1];
        int Number(int i) => int.Parse(match.Groups[i].Value);
        return (Number(1), Number(2), Number(3), Number(4));
    }

    private static Workqueue? Find(string name)
    {
        lock (Gate.Lock)
        {
            Workqueue? queue = Workqueue.FirstLocked;
            while (queue != null && queue.Name != name) queue = queue.NextLocked;
            return queue;
        }
    }

    private void MakeBottomHalvesThrow(int count)
    {
        const BindingFlags Private = BindingFlags.NonPublic | BindingFlags.Instance;
        object pool = typeof(Module).GetField("_pool", Private)!.GetValue(_module)!;
        var items = (Work[])typeof(WorkPool).GetField("_items", Private)!.GetValue(pool)!;
        WorkHandler real = items[0].Handler;
        int left = count;
        WorkHandler throwing = work =>
        {
            if (left-- > 0) throw new OutOfMemoryException();
            real(work);
        };
        for (int i = 0; i < items.Length; i++) items[i] = new MyWork(throwing);
    }

    [GeneratedRegex(@"items queued=(\d+) run=(\d+) failed=(\d+), not allocated=(\d+)")]
    private static partial Regex BooksLine();
}
