using System;
using System.Device.Gpio;
using System.Threading;
using Workqueues;
using Workqueues.Gpio;

namespace SelfTest;

/// <summary>How long it takes on this board, beside the runtime's own means (an event, a new thread). All code runs once before
/// it is measured. A time begins before the call that starts something, and one reading of the clock is in it.</summary>
internal sealed class Benchmark
{
    private const int EdgeCount = 100;
    private const int SampleCount = 50; // of what is done several times for one measurement
    private const int LongMilliseconds = 1000; // what does not come in this time ends its row: the self-test always ends
    private const int Burst = 32; // as the names of the rows say
    private const int Trips = 16;
    private const int DelayMilliseconds = 20;

    private readonly GpioPin _pin;
    private readonly bool _isDirect;
    private readonly AutoResetEvent _done = new AutoResetEvent(false);
    private readonly AutoResetEvent _wake = new AutoResetEvent(false);
    private readonly Workqueue _queue = Workqueue.CreateSingleThread("benchmark");
    private readonly Work _stamp;
    private long _at; // when the code that is waited for began
    private int _left; // of a burst
    private bool _isHigh;
    private bool _isOver;

    internal Benchmark(GpioPin pin, bool isDirect)
    {
        _pin = pin;
        _isDirect = isDirect;
        _stamp = new Work(work => Stamp(), "stamp");
    }

    internal void Run()
    {
        Console.WriteLine("clock: steps of " + ClockStep().ToString() + " us, Jiffies: steps of " + JiffiesStep().ToString()
            + " ms, direct dispatch: " + (_isDirect ? "yes" : "no"));
        Figures.WriteHeading("microseconds");
        Thread waiter = new Thread(StampWhenWoken);
        waiter.Start();
        Edges("edge, top half", (line, edge) => Stamp());
        EdgesByTheirStamp();
        Edges("edge, handler of an item", (line, edge) => _queue.Queue(_stamp));
        Edges("edge, thread that waits for an event", (line, edge) => _wake.Set());
        Edges("edge, new Thread", (line, edge) => new Thread(Stamp).Start());
        Bursts();
        RoundTrips();
        BareRoundTrips();
        NewThreads();
        Delays();
        _isOver = true;
        _wake.Set();
        Figures.WriteHeading("bytes");
        Bytes();
        _queue.Destroy();
    }

    // From before the write that makes the edge to the code that is waited for. The caller waits at once: waking a thread takes
    // the processor from nobody.
    private void Edges(string name, InterruptHandler handler)
    {
        Figures figures = new Figures(name, EdgeCount);
        using (Line(handler))
        {
            for (int i = -1; i < EdgeCount; i++)
            {
                long start = Now();
                Edge();
                if (!_done.WaitOne(LongMilliseconds, false)) break;
                if (i >= 0) figures.Add(_at - start); // the first one meets everything for the first time
            }
        }

        figures.Write();
    }

    // As interrupt lines tell it, by the time stamp of the interrupt routine: in the steps of the runtime's clock.
    private void EdgesByTheirStamp()
    {
        Figures figures = new Figures("edge, top half, by the interrupt's stamp", EdgeCount);
        InterruptLine.IsTimed = true;
        using (InterruptLine line = Line((source, edge) => Stamp()))
        {
            for (int i = 0; i < EdgeCount; i++)
            {
                Edge();
                if (!_done.WaitOne(LongMilliseconds, false)) break;
                long waited = line.LastWaitMicroseconds;
                if (waited >= 0) figures.Add(waited);
            }
        }

        InterruptLine.IsTimed = false;
        figures.Write();
    }

    private void Bursts()
    {
        Figures figures = new Figures("burst of 32 items, each", SampleCount);
        Work[] items = new Work[Burst];
        for (int i = 0; i < Burst; i++) items[i] = new Work(CountDown, "item");
        for (int i = -1; i < SampleCount; i++)
        {
            _left = Burst;
            long start = Now();
            for (int k = 0; k < Burst; k++) _queue.Queue(items[k]);
            if (!_done.WaitOne(LongMilliseconds, false)) break;
            if (i >= 0) figures.Add((Now() - start) / Burst);
        }

        figures.Write();
    }

    private void RoundTrips()
    {
        Figures figures = new Figures("round trip of an item, of 16 each", SampleCount);
        Work item = new Work(work => _done.Set(), "item");
        for (int i = -1; i < SampleCount; i++)
        {
            long start = Now();
            int left = Trips;
            while (left > 0 && _queue.Queue(item) && _done.WaitOne(LongMilliseconds, false)) left--;
            if (left > 0) break;
            if (i >= 0) figures.Add((Now() - start) / Trips);
        }

        figures.Write();
    }

    private void BareRoundTrips()
    {
        Figures figures = new Figures("round trip of an event, of 16 each", SampleCount);
        for (int i = -1; i < SampleCount; i++)
        {
            long start = Now();
            int left = Trips;
            while (left > 0 && _wake.Set() && _done.WaitOne(LongMilliseconds, false)) left--;
            if (left > 0) break;
            if (i >= 0) figures.Add((Now() - start) / Trips);
        }

        figures.Write();
    }

    private void NewThreads()
    {
        Figures figures = new Figures("new Thread, to its end", SampleCount);
        for (int i = -1; i < SampleCount; i++)
        {
            long start = Now();
            Thread thread = new Thread(Nothing);
            thread.Start();
            thread.Join();
            if (i >= 0) figures.Add(Now() - start);
        }

        figures.Write();
    }

    private void Delays()
    {
        Figures figures = new Figures("20 ms delayed, how late the handler is", SampleCount);
        DelayedWork item = new DelayedWork(work => Stamp(), "item");
        for (int i = -1; i < SampleCount; i++)
        {
            long start = Now();
            _queue.QueueDelayed(item, DelayMilliseconds);
            if (!_done.WaitOne(LongMilliseconds, false)) break;
            if (i >= 0) figures.Add(_at - start - DelayMilliseconds * 1000);
        }

        figures.Write();
    }

    private void Bytes()
    {
        const int Count = 8;
        Figures made = new Figures("new Work", Count);
        Figures used = new Figures("queue and run an item, arm and cancel it", Count);
        WorkHandler handler = CountDown;
        Work[] kept = new Work[Count + 1];
        DelayedWork item = new DelayedWork(work => _done.Set(), "item");
        int free = Memory.Free();
        for (int i = -1; i < Count; i++)
        {
            kept[i + 1] = new Work(handler, "item");
            int left = Memory.Free();
            if (i >= 0) made.Add(free - left);
            free = left;
        }

        for (int i = -1; i < Count; i++)
        {
            free = Memory.Free();
            int trips = Trips;
            while (trips > 0 && _queue.Queue(item) && _done.WaitOne(LongMilliseconds, false)
                && _queue.QueueDelayed(item, 1000) && item.Cancel()) trips--;
            if (trips > 0) break;
            int left = Memory.Free();
            if (i >= 0) used.Add(free - left);
        }

        made.Write();
        used.Write();
    }

    private InterruptLine Line(InterruptHandler handler) =>
        new InterruptLine(_pin, PinEventTypes.Rising | PinEventTypes.Falling, handler, "benchmark");

    private void Edge()
    {
        _isHigh = !_isHigh;
        _pin.Write(_isHigh ? PinValue.High : PinValue.Low);
    }

    private void Stamp()
    {
        _at = Now();
        _done.Set();
    }

    private void StampWhenWoken()
    {
        _wake.WaitOne();
        while (!_isOver)
        {
            Stamp();
            _wake.WaitOne();
        }
    }

    private void CountDown(Work work)
    {
        _left--;
        if (_left == 0) _done.Set();
    }

    private static void Nothing()
    {
    }

    // Finer than Jiffies on every board. It jumps when somebody sets it, which nobody does here.
    private static long Now() => DateTime.UtcNow.Ticks / 10;

    // The least that two readings differ by: the clock's own step, or what a reading takes if that is longer.
    private static long ClockStep()
    {
        long least = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long before = Now();
            long now = Now();
            while (now == before) now = Now();
            if (now - before < least) least = now - before;
        }

        return least;
    }

    private static long JiffiesStep()
    {
        long before = Jiffies.Now;
        while (Jiffies.Now == before)
        {
        }

        long first = Jiffies.Now;
        while (Jiffies.Now == first)
        {
        }

        return Jiffies.Now - first;
    }
}
