using System.Numerics;
using System.Text;
using Workqueues;

namespace Exploration.Tests;

/// <summary>One moment at which the program could go on in more than one way, and what was chosen.</summary>
internal struct Decision
{
    internal uint Enabled; // bit n: thread n can take a step
    internal int Chosen;
    internal int Default; // who goes on when nobody is interrupted
    internal bool IsCostly; // to choose another one than Default is a preemption
    internal int PreemptionsBefore;
    internal string Step; // what the chosen thread is about to do
}

/// <summary>Ends a thread of a schedule that has failed.</summary>
internal sealed class ScheduleAbortedException : Exception;

/// <summary>Runs one program under one schedule after the other: its threads are real, but only one moves at a time, and at each
/// step the schedule says which. Nothing in it depends on time, so that the same choices give the same run.</summary>
internal sealed class Execution : IInterleaving
{
    /// <summary>Threads of a program, its workers and its timer among them.</summary>
    internal const int ThreadLimit = 12;

    private const int StepLimit = 2_000;
    private const string TimePasses = "time passes";

    private static readonly TimeSpan s_hangLimit = TimeSpan.FromMinutes(1);

    private readonly List<VirtualThread> _threads = []; // all that were ever needed; real threads are dear, they are used again
    private readonly List<(AutoResetEvent Signal, bool IsSet)> _signals = [];
    private readonly AutoResetEvent _atRest = new(false);
    private readonly List<Decision> _decisions = [];
    private int _threadCount; // those of this run
    private VirtualThread? _current; // null: the program is being set up
    private int _step;
    private int _forcedCount; // choices at the start of _decisions that are given
    private int _preemptions;
    private bool _isTornDown;
    private int _leftCount; // threads that have not ended yet when the run is over
    private Scene? _scene;

    internal Execution() => LibraryState.Reset(); // remembers how it was before the first run

    /// <summary>The choices of the last run.</summary>
    internal List<Decision> Decisions => _decisions;

    /// <summary>Which rule the last run broke; null: none.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Threads of the last run.</summary>
    internal IReadOnlyList<VirtualThread> Threads => _threads[.._threadCount];

    /// <summary>Steps in the last run.</summary>
    internal int StepCount => _step;

    /// <summary>Preemptions in the last run.</summary>
    internal int Preemptions => _preemptions;

    /// <summary>Runs the program once. The first <paramref name="forcedCount"/> of <see cref="Decisions"/> are taken as they are;
    /// after them nobody is interrupted.</summary>
    internal void Run(ExplorationProgram program, int forcedCount)
    {
        _forcedCount = forcedCount;
        _decisions.RemoveRange(forcedCount, _decisions.Count - forcedCount);
        _signals.Clear();
        _threadCount = 0;
        _step = 0;
        _preemptions = 0;
        _isTornDown = false;
        _current = null;
        Failure = null;
        Interleaving.IsAborting = false;

        Interleaving.Explorer = this;
        _scene = new Scene(this);
        try
        {
            program.SetUp(_scene);
        }
        catch (Exception exception)
        {
            Report("the program's start threw: " + exception);
        }

        VirtualThread? first = Failure == null ? Pick(null, isFree: true) : null;
        if (first != null)
        {
            _current = first;
            first.Go.Set();
            WaitUntilRest();
        }

        _current = null;
        if (Failure == null) CheckEnd();
        TearDown();
        Interleaving.Explorer = null;
        Interleaving.IsAborting = false;
        LibraryState.Reset();
    }

    /// <summary>The schedule of the last run, up to its last choice that is not the default.</summary>
    internal string Describe()
    {
        int count = _decisions.Count;
        while (count > 0 && _decisions[count - 1].Chosen == _decisions[count - 1].Default) count--;
        return Schedule.Format(_decisions, count);
    }

    /// <summary>The last run step by step, for a reader.</summary>
    internal string DescribeSteps()
    {
        StringBuilder text = new();
        foreach (Decision decision in _decisions[.._step])
        {
            text.Append(' ', 4 + 2 * decision.Chosen).Append(Schedule.Letter(decision.Chosen)).Append(' ')
                .Append(_threads[decision.Chosen].Name).Append(": ").AppendLine(decision.Step);
        }

        return text.ToString();
    }

    /// <summary>Adds a thread to the program that is being set up.</summary>
    /// <param name="name">What a failure calls it.</param>
    /// <param name="body">What it does.</param>
    /// <param name="isDaemon">It may be waiting when the program has ended: a worker, the timer.</param>
    /// <param name="canStart">Until this holds it does not start; null: at once.</param>
    internal VirtualThread AddThread(string name, Action body, bool isDaemon, Func<bool>? canStart = null)
    {
        if (_threadCount == ThreadLimit) throw new InvalidOperationException("the program has too many threads");
        if (_threadCount == _threads.Count) _threads.Add(new VirtualThread(this, _threadCount));
        VirtualThread thread = _threads[_threadCount++];
        thread.Begin(name, body, isDaemon, canStart);
        return thread;
    }

    /// <summary>Adds the thread on which the timer fires.</summary>
    internal void AddTimer(Action body, Func<bool> isArmed)
    {
        VirtualThread thread = AddThread("timer", body, isDaemon: true, isArmed);
        thread.TakeStart();
        thread.Await(TimePasses, WaitKind.Condition, isArmed); // a step of its own
    }

    /// <summary>Notes that a rule is broken and ends the schedule.</summary>
    internal void Fail(string rule)
    {
        Report(rule);
        throw new ScheduleAbortedException();
    }

    /// <summary>Notes that a rule is broken; the schedule ends at its next step.</summary>
    internal void Report(string rule)
    {
        Failure ??= rule;
        Interleaving.IsAborting = true;
    }

    /// <summary>A step of the program itself, outside the library.</summary>
    internal void Step(string name)
    {
        if (IsLeftToItself() || _current == null) return;
        Stop(_current, name, WaitKind.None, null, isFree: false);
    }

    /// <summary>Waits, in the program itself, until the condition holds.</summary>
    internal void Until(string name, Func<bool> condition)
    {
        if (IsLeftToItself()) return;
        Stop(_current!, name, WaitKind.Condition, condition, isFree: false);
    }

    /// <summary>The timer's wait for its next request. To let time pass interrupts nobody: this switch costs nothing.</summary>
    /// <returns>False: the run is over.</returns>
    internal bool UntilTime(Func<bool> isArmed)
    {
        Stop(_current!, TimePasses, WaitKind.Condition, isArmed, isFree: true);
        return !_isTornDown;
    }

    void IInterleaving.Point(string name) => Step(name);

    void IInterleaving.Set(AutoResetEvent signal)
    {
        if (IsLeftToItself()) return;
        if (_current != null) Stop(_current, "sets a signal", WaitKind.None, null, isFree: false);
        int i = IndexOf(signal);
        if (i < 0) _signals.Add((signal, true));
        else _signals[i] = (signal, true);
    }

    void IInterleaving.Wait(AutoResetEvent signal)
    {
        if (!IsLeftToItself()) Stop(_current!, "waits for a signal", WaitKind.Signal, signal, isFree: false);
        if (_isTornDown)
        {
            signal.Set(); // the real wait that follows returns
            return;
        }

        _signals[IndexOf(signal)] = (signal, false);
    }

    void IInterleaving.Join(Thread thread)
    {
        if (IsLeftToItself()) return;
        Stop(_current!, "waits for a thread's end", WaitKind.End, _threads.Find(t => t.Real == thread), isFree: false);
    }

    /// <summary>True: a thread that has not started yet need not.</summary>
    internal bool IsOver => _isTornDown || Failure != null;

    /// <summary>Called by a thread that has nothing left to do.</summary>
    internal void Ended(VirtualThread thread)
    {
        if (_isTornDown)
        {
            if (Interlocked.Decrement(ref _leftCount) == 0) _atRest.Set();
            return;
        }

        HandOver(thread, Failure == null ? Pick(null, isFree: true) : null);
    }

    // True: the run is over and nobody controls its threads; in a run that failed they are ended instead.
    private bool IsLeftToItself()
    {
        if (Failure != null) throw new ScheduleAbortedException();
        return _isTornDown;
    }

    private void Stop(VirtualThread thread, string step, WaitKind kind, object? what, bool isFree)
    {
        if (Monitor.IsEntered(Workqueue.Gate)) Fail("'" + step + "' is called with the library's lock held");
        thread.Await(step, kind, what);
        if (thread.TakeStart() && CanStep(thread))
        {
            // To start a thread and to take its first step is one choice, not two.
            Decision start = _decisions[_step - 1];
            start.Step = step;
            _decisions[_step - 1] = start;
            return;
        }

        VirtualThread? next = Pick(thread, isFree);
        if (next != thread)
        {
            HandOver(thread, next);
            thread.Go.WaitOne();
        }

        if (Failure != null) throw new ScheduleAbortedException();
    }

    private void HandOver(VirtualThread from, VirtualThread? to)
    {
        _current = to;
        if (to == null) _atRest.Set();
        else if (to != from) to.Go.Set();
    }

    // Who takes the next step; null: nobody can, or the schedule has failed.
    private VirtualThread? Pick(VirtualThread? self, bool isFree)
    {
        if (_step >= _forcedCount)
        {
            string? broken = _scene!.FindBrokenInvariant();
            if (broken != null) Report(broken);
        }

        if (_step == StepLimit) Report($"the program does not end: {StepLimit} steps");
        if (Failure != null) return null;

        uint enabled = 0;
        for (int i = 0; i < _threadCount; i++)
        {
            if (CanStep(_threads[i])) enabled |= 1u << i;
        }

        if (enabled == 0) return null;
        Decision decision = default;
        decision.Enabled = enabled;
        decision.IsCostly = self != null && !isFree && (enabled & (1u << self.Index)) != 0;
        decision.Default = decision.IsCostly ? self!.Index : BitOperations.TrailingZeroCount(enabled);
        decision.PreemptionsBefore = _preemptions;
        decision.Chosen = decision.Default;
        if (_step < _forcedCount)
        {
            Decision given = _decisions[_step];
            decision.Chosen = given.Chosen;
            bool isSame = given.Enabled == 0 || given.Enabled == enabled;
            if (!isSame || (enabled & (1u << given.Chosen)) == 0)
            {
                Report($"the schedule does not fit the program: at step {_step + 1} "
                    + $"{(isSame ? Schedule.Letter(given.Chosen) + " cannot go on" : "other threads can go on than before")}");
                return null;
            }
        }

        VirtualThread next = _threads[decision.Chosen];
        decision.Step = next.Step;
        if (decision.IsCostly && decision.Chosen != decision.Default) _preemptions++;
        if (_step < _forcedCount) _decisions[_step] = decision;
        else _decisions.Add(decision);
        _step++;
        return next;
    }

    private bool CanStep(VirtualThread thread) => thread.Kind switch
    {
        WaitKind.None => true,
        WaitKind.Signal => IsSet((AutoResetEvent)thread.What!),
        WaitKind.End => ((VirtualThread)thread.What!).Kind == WaitKind.Over,
        WaitKind.Condition => ((Func<bool>)thread.What!)(),
        _ => false,
    };

    /// <summary>True when the signal would let a wait for it go on.</summary>
    internal bool IsSet(AutoResetEvent signal)
    {
        int i = IndexOf(signal);
        return i >= 0 && _signals[i].IsSet;
    }

    private int IndexOf(AutoResetEvent signal)
    {
        for (int i = 0; i < _signals.Count; i++)
        {
            if (_signals[i].Signal == signal) return i;
        }

        return -1;
    }

    // Nobody can take a step: that is the end, or a deadlock.
    private void CheckEnd()
    {
        IEnumerable<VirtualThread> left = Threads.Where(t => !t.IsDaemon && t.Kind != WaitKind.Over);
        string stuck = string.Join(", ", left.Select(t => $"{t.Name} {t.Step}"));
        if (stuck.Length > 0) Report("deadlock: " + stuck + ", and nobody can go on");
        else if (_scene!.FindBrokenRuleAtRest() is string broken) Report(broken);
    }

    // A thread that blocks anywhere else than in a call the explorer knows would stop it for ever.
    private void WaitUntilRest()
    {
        if (_atRest.WaitOne(s_hangLimit)) return;
        string where = string.Join(", ", Threads.Select(t => $"{t.Name}: {t.Step}"));
        throw new InvalidOperationException("a thread blocks where the explorer cannot see it. Last steps: " + where);
    }

    // Idle workers leave their loops; in a run that failed every thread is ended where it stands. All at once: nobody looks any
    // more at what they do.
    private void TearDown()
    {
        _isTornDown = true;
        _scene!.EndWorkers();
        List<VirtualThread> left = _threads.FindAll(t => t.Index < _threadCount && t.Kind != WaitKind.Over);
        _leftCount = left.Count;
        if (_leftCount == 0) return;
        foreach (VirtualThread thread in left) thread.Go.Set();
        WaitUntilRest();
    }
}

/// <summary>What a thread of a program waits for.</summary>
internal enum WaitKind
{
    None, // nothing: its next step can be taken
    Signal,
    End, // of another thread
    Condition,
    Over, // it has ended
}

/// <summary>A real thread that plays one thread of a program, run after run.</summary>
internal sealed class VirtualThread
{
    private readonly Execution _execution;
    private Action? _body;
    private bool _isStarting;

    internal VirtualThread(Execution execution, int index)
    {
        _execution = execution;
        Index = index;
        Real = new Thread(Play) { IsBackground = true, Name = "virtual thread " + Schedule.Letter(index) };
        Real.Start();
    }

    internal int Index { get; }

    internal Thread Real { get; }

    internal AutoResetEvent Go { get; } = new(false);

    internal string Name { get; private set; } = "";

    internal bool IsDaemon { get; private set; }

    internal string Step { get; private set; } = "";

    internal WaitKind Kind { get; private set; }

    internal object? What { get; private set; }

    internal void Begin(string name, Action body, bool isDaemon, Func<bool>? canStart)
    {
        Name = name;
        _body = body;
        IsDaemon = isDaemon;
        _isStarting = true;
        Await("starts", canStart == null ? WaitKind.None : WaitKind.Condition, canStart);
    }

    /// <summary>True at its first stop, where its start has been chosen already.</summary>
    internal bool TakeStart()
    {
        bool isStarting = _isStarting;
        _isStarting = false;
        return isStarting;
    }

    internal void Await(string step, WaitKind kind, object? what)
    {
        Step = step;
        Kind = kind;
        What = what;
    }

    private void Play()
    {
        while (true)
        {
            Go.WaitOne();
            try
            {
                if (!_execution.IsOver) _body!();
            }
            catch (ScheduleAbortedException)
            {
                // The failure is noted already.
            }
            catch (Exception exception)
            {
                _execution.Report(Name + " threw: " + exception);
            }

            Kind = WaitKind.Over;
            _execution.Ended(this);
        }
    }
}
