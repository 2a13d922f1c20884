using System.Device.Gpio;
using System.Reflection;
using System.Text.RegularExpressions;
using ButtonModule;
using NFUnitTest;
using VirtualRuntime;
using Workqueues;
using Module = ButtonModule.Module;

namespace Injection.Tests;

/// <summary>The button's module on a virtual chip: what fails while it is loaded, pressed and unloaded loses no item, and the next
/// press is seen.</summary>
[TestClass]
public sealed partial class ModuleInjectionTests
{
    private const int Presses = 4; // of a scenario
    private const int EdgesOfAMove = 3; // the contact bounces
    private const int PoolItems = 16;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    private Injection _injection = null!;
    private ManualTimer _timer = null!;
    private Chip _chip = null!;
    private Board _board = null!;
    private Module _module = null!;
    private int _edges; // since the module was loaded
    private long _ledBefore; // that it was switched on

    public TestContext TestContext { get; set; } = null!;

    [TestInitialize]
    public void PowerOn()
    {
        _ = Workqueue.System;
        _timer = new ManualTimer();
        Jiffies.SetTimer(_timer, 0);
        _injection = Injection.Start();
        KernelLog.Write("");
        _chip = Chip.PowerOn();
        _board = Boards.Find("VIRTUAL")!;
        _module = new Module(new GpioController(), _board);
    }

    [TestCleanup]
    public void PowerOff()
    {
        _injection.End();

        // After a test that failed; else there is nothing to unload.
        if (Find("my_queue") != null) new Call(_module.Exit).End();
        _chip.Dispose();
        for (int i = 0; i < 10 && _timer.IsRequested; i++) _timer.Advance(_timer.LastDelay);
        Assert.AreEqual(0, _timer.Violations);
    }

    // Lines of the top half, of the bottom half and of the debounce, and those of loading.
    [TestMethod]
    [DataRow(1)]
    [DataRow(PoolItems)]
    public void Press_LinesFail_EveryPressIsSeenAndEveryItemComesBack(int count)
    {
        int lines = Run(() => { });
        Assert.IsGreaterThanOrEqualTo(Presses * (4 * EdgesOfAMove + 2), lines, "the scenario logs");
        for (int k = 0; k < lines; k++)
        {
            int at = k;
            int failed = _injection.Failed;
            int lost = KernelLog.LostCount;
            Run(() => _injection.FailLines(at, count));
            Assert.IsGreaterThan(failed, _injection.Failed, "no line failed");
            Assert.IsGreaterThan(lost, KernelLog.LostCount);
        }

        TestContext.WriteLine($"{lines} scenarios, {_injection.Failed} lines failed");

        // A scenario in which no line is lost, and all that it has to say of a press is lines.
        int Run(Action inject)
        {
            int before = _injection.Lines;
            inject();
            Load();
            for (int i = 0; i < Presses; i++)
            {
                Move(Drive.Low);
                Rest();
                Assert.AreEqual(i + 1, LedSwitchedOn, "the press was not seen");
                Move(Drive.Open);
                Rest();
                _timer.Advance(300);
            }

            Workqueue.FlushScheduled();
            int scenario = _injection.Lines - before;
            _injection.Heal();
            CheckItemsAndPress();
            Unload();
            (int queued, int run, int faulted, int notAllocated) = Books();
            Assert.AreEqual((_edges, _edges, 0, 0), (queued, run, faulted, notAllocated));
            return scenario;
        }
    }

    // conformance: Failures | any k-th allocation fails, once or for a while | any call, and a press
    // Here the presses, with loading and unloading; the library's calls are in LibraryInjectionTests.
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void Press_PointsFail_BooksBalanceAndTheNextPressIsSeen(int count)
    {
        int points = Run(() => { });
        Assert.IsGreaterThan(80, points, "the scenario uses the library");
        for (int k = 0; k < points; k++)
        {
            int at = k;
            Run(() => _injection.FailPoints(at, count));
        }

        TestContext.WriteLine($"{points} scenarios, {_injection.Failed} points failed");

        // How often an idle worker looks differs from run to run: the last of the points may not come.
        Assert.IsGreaterThanOrEqualTo(points / 2, _injection.Failed);

        // An edge whose top half fails is an edge lost: what is asked of the presses meanwhile is only that they harm nothing.
        int Run(Action inject)
        {
            int before = _injection.Points;
            inject();
            Load();
            Move(Drive.Low);
            Rest();
            Move(Drive.Open);
            Rest();
            int scenario = _injection.Points - before;
            _injection.Heal();
            CheckItemsAndPress();
            Unload();
            CheckBooks();
            return scenario;
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    public void Exit_PointsFail_BooksBalanceAndItCanBeLoadedAgain(int count)
    {
        int points = Run(() => { });
        Assert.IsGreaterThan(10, points, "unloading uses the library");
        for (int k = 0; k < points; k++)
        {
            int at = k;
            Run(() => _injection.FailPoints(at, count));
        }

        TestContext.WriteLine($"{points} scenarios, {_injection.Failed} points failed");

        // How often an idle worker looks differs from run to run: the last of the points may not come.
        Assert.IsGreaterThanOrEqualTo(points / 2, _injection.Failed);

        int Run(Action inject)
        {
            Load();
            Move(Drive.Low);
            Rest();
            int before = _injection.Points;
            inject();
            Unload();
            int scenario = _injection.Points - before;
            _injection.Heal();
            CheckBooks();
            Assert.IsNull(Find("my_queue"));
            Assert.IsNull(Find("button"));
            _chip.Drive(_board.ButtonPin, Drive.Open);
            Load();
            CheckItemsAndPress();
            Unload();
            CheckBooks();
            return scenario;
        }
    }

    // conformance: Failures | a storm fills the heap with events | and ends
    // A PC's heap does not fill: here every step of the library that may find no memory on a board fails until the storm is over.
    [TestMethod]
    [DataRow(0)]
    [DataRow(40)]
    [DataRow(300)]
    public void Storm_EveryPointFailsUntilItEnds_EverythingWorksAgain(int pointsBefore)
    {
        const int Edges = 1200;
        const int Burst = 100; // the ring holds 128
        Load();
        _injection.FailPoints(pointsBefore, int.MaxValue / 2);
        var burst = new WireChange[Burst];
        for (int i = 0; i < Burst; i++) burst[i] = new WireChange(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
        for (int i = 0; i < Edges; i += Burst)
        {
            _chip.Drive(burst);
            Assert.IsTrue(_chip.WaitUntilIdle(s_limit));
            _timer.Advance(10);
        }

        Assert.IsGreaterThan(Edges / 2, _injection.Failed);
        _injection.Heal();
        Settle();
        CheckItemsAndPress();
        Unload();
        CheckBooks();
        StringAssert.Contains(_injection.Log, $"button_module: interrupts={_edges + Edges} ");
    }

    // On a board the bottom half's line may find no memory, and its exception is the work function's. Here its handler throws
    // instead; the report of each fault cannot be written either.
    [TestMethod]
    public void Press_BottomHalvesThrowAndTheReportsFail_EachIsCountedAndEveryItemComesBack()
    {
        MakeBottomHalvesThrow(PoolItems);
        Load();
        _injection.FailLines(0, 1000);
        int lost = KernelLog.LostCount;
        for (int i = 0; i < PoolItems; i++)
        {
            _chip.Drive(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
            Settle();
        }

        Workqueue.FlushScheduled();
        Assert.AreEqual(2 * PoolItems, KernelLog.LostCount - lost, "a line of the top half and a report for each");
        _injection.Heal();
        Rest();
        CheckItemsAndPress();
        Unload();
        (int queued, int run, int failed, int notAllocated) = Books();
        Assert.AreEqual(PoolItems, failed);
        Assert.AreEqual(0, notAllocated);
        Assert.AreEqual(queued, run + failed);
    }

    private int LedSwitchedOn => (int)(_chip.GetPin(_board.LedPin).RisingEdges - _ledBefore);

    // What a firmware does that can wait: the call is made again.
    private void Load()
    {
        _edges = 0;
        _ledBefore = _chip.GetPin(_board.LedPin).RisingEdges;
        Again(_module.Init);
    }

    private void Unload() => new Call(() => Again(_module.Exit)).End();

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
        _chip.Drive([new WireChange(pin, to), new WireChange(pin, other), new WireChange(pin, to)]);
        _edges += EdgesOfAMove;
        Settle();
    }

    // Top and bottom halves have run.
    private void Settle()
    {
        Assert.IsTrue(_chip.WaitUntilIdle(s_limit));
        new Call(() => Again(Find("my_queue")!.Flush)).End();
    }

    // The debounce has seen the contact at rest.
    private void Rest()
    {
        _timer.Advance(Debounce.IntervalMilliseconds);
        new Call(() => Again(Find("button")!.Flush)).End();
    }

    // With memory and console back: all items of the pool are in flight at once, and a press lights the LED.
    private void CheckItemsAndPress()
    {
        Wait.Until(() => !DeadlineList.IsLeft);
        Workqueue queue = Find("my_queue")!;
        int start = _injection.Log.Length;
        queue.Freeze();
        for (int i = 0; i < PoolItems; i++) _chip.Drive(_board.ButtonPin, i % 2 == 0 ? Drive.Low : Drive.Open);
        _edges += PoolItems;
        Assert.IsTrue(_chip.WaitUntilIdle(s_limit));
        Assert.AreEqual(PoolItems, queue.WaitingLocked, "an item has not come back");
        queue.Thaw();
        Settle();
        Assert.DoesNotContain("failed to allocate", _injection.Log[start..]);

        // A worker may come late to what it was asked for, and what it arms then is late too. In the end nothing is armed.
        Workqueue button = Find("button")!;
        Wait.Until(() =>
        {
            _timer.Advance(1000);
            Rest();
            return button.ArmedLocked + button.WaitingLocked + button.RunningLocked == 0;
        });
        Assert.IsFalse(_chip.GetPin(_board.LedPin).IsHigh, "the LED stayed on");
        int before = LedSwitchedOn;
        Move(Drive.Low);
        Rest();
        Assert.AreEqual(before + 1, LedSwitchedOn, "the press was not seen");
        Move(Drive.Open);
        Rest();
    }

    private void CheckBooks()
    {
        (int queued, int run, int failed, _) = Books();
        Assert.AreEqual(queued, run + failed);
        Assert.AreEqual(0, Waiter.CountOf(null));
        Assert.IsFalse(InterruptContext.IsActive);
    }

    // What the module said last when it was unloaded.
    private (int Queued, int Run, int Failed, int NotAllocated) Books()
    {
        Match match = BooksLine().Matches(_injection.Log)[^1];
        int Number(int i) => int.Parse(match.Groups[i].Value);
        return (Number(1), Number(2), Number(3), Number(4));
    }

    private static Workqueue? Find(string name)
    {
        lock (Workqueue.Gate)
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
