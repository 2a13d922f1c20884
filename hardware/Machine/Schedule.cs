using System;
using System.Collections.Generic;
using System.Numerics;
using System.Text;

namespace Hardware.Machine;

/// <summary>One moment at which the program could go on in more than one way, and what was chosen.</summary>
public struct Decision
{
    /// <summary>Bit n: thread n could go on; bit <see cref="Schedule.Time"/>: time could pass.</summary>
    public uint Enabled;

    /// <summary>Who went on.</summary>
    public int Chosen;

    /// <summary>Who goes on when nobody is interrupted.</summary>
    public int Default;

    /// <summary>To choose another one than <see cref="Default"/> is a preemption.</summary>
    public bool IsCostly;

    /// <summary>Preemptions before it.</summary>
    public int PreemptionsBefore;

    /// <summary>What the chosen thread was about to do; empty unless <see cref="Schedule.Describes"/>.</summary>
    public string Step;
}

/// <summary>Who runs, step by step, as a text says it, and in what follows nobody is interrupted. It notes each step, so that
/// a search can go on from there.</summary>
/// <remarks>
/// <para>The text: <c>A2B1T1A3</c> lets thread A take two steps, then B one, then time pass, then A three. After its end a
/// thread goes on until it waits or ends; then the first one that can goes on, and when nobody can, time passes. Letters are
/// given as threads are seen for the first time; T is time.</para>
/// <para>A step ends before an operation of <see cref="Places"/>. A thread that was woken, or has just been started, has done
/// nothing that another one could see when it comes to its first place: to let it go on and to let it take that step is one
/// choice.</para>
/// </remarks>
public class Schedule : Choices
{
    /// <summary>The schedule in which nobody is interrupted.</summary>
    public const string Uninterrupted = "-";

    /// <summary>The number that stands for time, and the most threads that a schedule can tell apart.</summary>
    public const int Time = 'T' - 'A';

    private readonly List<Decision> _decisions = [];
    private readonly bool[] _isAtPlace = new bool[Time]; // interrupted there: its next step begins with what it stands before
    private readonly string[] _steps = new string[Time];
    private Moment? _moment;
    private int _given;
    private int _step;
    private int _preemptions;
    private int _resumed; // a thread that goes on from a wait and has not come to a place yet; -1: none
    private int _next; // chosen at a place already; -1: not yet
    private uint _before; // time has passed: who was ready before

    /// <summary>The schedule in which nobody is interrupted.</summary>
    public Schedule()
    {
    }

    /// <summary>Reads a schedule.</summary>
    /// <exception cref="FormatException">It is none; the message says where.</exception>
    public Schedule(string text)
    {
        foreach (int choice in Parse(text)) _decisions.Add(new Decision { Chosen = choice, Step = "" });
        _given = _decisions.Count;
    }

    /// <summary>The steps of the last run. A search changes one and drops what follows, with <see cref="Restart"/>.</summary>
    public IReadOnlyList<Decision> Decisions => _decisions;

    /// <summary>Steps in the last run.</summary>
    public int StepCount => _step;

    /// <summary>Preemptions in the last run.</summary>
    public int Preemptions => _preemptions;

    /// <summary>Why the run does not fit the text; null: it does.</summary>
    public string? Misfit { get; private set; }

    /// <summary>Where a step may end; <see cref="CheckStep"/> is asked before threads are started and awaited too. It belongs
    /// to the schedule: with other places the text means another run.</summary>
    public Places EndsAt { get; init; } = Places.Operations;

    /// <summary>Says of each step what it begins with. Slow.</summary>
    public bool Describes { get; set; }

    /// <summary>Until this is true nobody is interrupted, and no step is counted: the program is being set up.</summary>
    public bool IsOn { get; set; } = true;

    /// <inheritdoc/>
    protected internal override Places Places => EndsAt | Places.Thread;

    /// <summary>The running thread, whose number a schedule must be able to write.</summary>
    private int Me
    {
        get
        {
            int me = Moment.Running;
            return me < Time ? me : throw new InvalidOperationException($"a schedule can tell {Time} threads apart, no more");
        }
    }

    /// <summary>The machine while its threads stand still.</summary>
    protected Moment Moment => _moment!;

    /// <summary>True while steps are taken that were given: they were looked at before.</summary>
    protected bool IsRepeating => _step < _given;

    /// <summary>The same steps up to one, there another choice, and what follows anew.</summary>
    /// <param name="index">Which step.</param>
    /// <param name="chosen">The choice.</param>
    public void Restart(int index, int chosen)
    {
        Decision decision = _decisions[index];
        decision.Chosen = chosen;
        _decisions[index] = decision;
        _decisions.RemoveRange(index + 1, _decisions.Count - index - 1);
        _given = index + 1;
    }

    /// <summary>The last run, up to its last choice that is not the default.</summary>
    public override string ToString()
    {
        int count = _decisions.Count;
        while (count > 0 && _decisions[count - 1].Chosen == _decisions[count - 1].Default) count--;
        return Format(_decisions, count);
    }

    /// <summary>The last run step by step, for a reader; needs <see cref="Describes"/>.</summary>
    public string DescribeSteps()
    {
        StringBuilder text = new();
        for (int i = 0; i < _step; i++)
        {
            Decision decision = _decisions[i];
            text.Append(' ', 4 + 2 * Math.Min(decision.Chosen, 12)).Append(Letter(decision.Chosen)).Append(' ');
            if (decision.Chosen != Time) text.Append(Moment.NameOf(decision.Chosen)).Append(": ");
            else text.Append(decision.Step.Length == 0 ? "time passes" : "time passes, ");
            text.Append(decision.Step).Append(Environment.NewLine);
        }

        return text.ToString();
    }

    /// <summary>Writes the first choices of a run.</summary>
    public static string Format(IReadOnlyList<Decision> decisions, int count)
    {
        if (count == 0) return Uninterrupted;
        StringBuilder text = new();
        int start = 0;
        for (int i = 1; i <= count; i++)
        {
            if (i < count && decisions[i].Chosen == decisions[start].Chosen) continue;
            text.Append(Letter(decisions[start].Chosen)).Append(i - start);
            start = i;
        }

        return text.ToString();
    }

    /// <summary>Reads what <see cref="Format"/> wrote.</summary>
    /// <exception cref="FormatException">It is no schedule; the message says where.</exception>
    public static IReadOnlyList<int> Parse(string text)
    {
        List<int> choices = [];
        if (text == Uninterrupted) return choices;
        int i = 0;
        while (i < text.Length)
        {
            int thread = text[i] - 'A';
            int digits = i + 1;
            while (digits < text.Length && char.IsAsciiDigit(text[digits])) digits++;
            if (thread is < 0 or > Time || !int.TryParse(text.AsSpan(i + 1, digits - i - 1), out int steps) || steps < 1)
            {
                throw new FormatException($"a schedule is written A2B1T1A3: '{text}' is none, at character {i + 1}");
            }

            for (int k = 0; k < steps; k++) choices.Add(thread);
            i = digits;
        }

        return choices;
    }

    /// <summary>What the text of a schedule calls a thread.</summary>
    public static char Letter(int thread) => (char)('A' + thread);

    /// <inheritdoc/>
    protected internal override void Begin(Moment moment)
    {
        _moment = moment;
        _step = 0;
        _preemptions = 0;
        _resumed = _next = -1;
        _before = 0;
        Array.Clear(_isAtPlace);
        Array.Clear(_steps);
        Misfit = null;
        if (_given < _decisions.Count) _decisions.RemoveRange(_given, _decisions.Count - _given);
    }

    /// <inheritdoc/>
    protected internal override bool Leaves(Moment moment, Places place)
    {
        if (!IsOn) return false;
        int me = Me;
        if (Describes) _steps[me] = Describe(place);
        if (!CheckStep(place))
        {
            _next = Moment.Ends;
            return true;
        }

        if ((EndsAt & place) == 0) return false;
        if (_resumed == me)
        {
            _resumed = -1;
            if (Describes) Name(_step - 1, me);
            return false;
        }

        _isAtPlace[me] = true;
        _next = Decide(me);
        if (_next != me) return true;
        _isAtPlace[me] = false;
        _next = -1;
        return false;
    }

    /// <inheritdoc/>
    protected internal override int Next(Moment moment)
    {
        if (!IsOn) return moment.ReadyCount == 0 ? Moment.TimePasses : moment.Ready[0];
        int next = _next;
        _next = -1;
        if (next == -1)
        {
            int me = moment.Running;
            if (_before == 0) _resumed = -1;
            if (_before == 0 && me >= 0)
            {
                _isAtPlace[me] = moment.WaitsForLock; // it will go on inside the lock's section
                if (Describes) _steps[me] = moment.WaitOf(me) is { } wait ? "has waited for " + wait : "goes on";
            }

            next = Decide(-1);
        }

        if (next < 0) return next;
        if (next == Time)
        {
            _before = Bits(moment);
            return Moment.TimePasses;
        }

        if (!_isAtPlace[next]) _resumed = next;
        _isAtPlace[next] = false;
        return next;
    }

    /// <summary>Asked at each place: whether what the running thread is about to do may be done there.</summary>
    /// <returns>False: the run is over.</returns>
    protected virtual bool CheckStep(Places place) => true;

    /// <summary>Asked before each choice, and when nobody can go on any more.</summary>
    /// <returns>False: the run is over.</returns>
    protected virtual bool Check(bool isAtRest) => true;

    /// <summary>Who takes a step that was not given: <see cref="Decision.Default"/>, unless a search wants another one of
    /// <see cref="Decision.Enabled"/>.</summary>
    protected virtual int Choose(in Decision decision) => decision.Default;

    /// <summary>What a step begins with: the operation, and where.</summary>
    protected virtual string Describe(Places place)
    {
        string what = place switch
        {
            Places.Lock => "takes a lock",
            Places.Event => "sets or awaits an event",
            Places.Thread => "starts or awaits a thread",
            Places.Timer => "arms the timer",
            Places.Clock => "reads the clock",
            Places.Access or Places.LockedAccess => "reads or writes",
            _ => "goes on",
        };
        if (place == Places.Step) return Moment.StepName;
        IReadOnlyList<string> stack = Moment.Stack();
        return stack.Count == 0 ? what : what + " at " + stack[0];
    }

    /// <summary>Notes that the run does not fit the text.</summary>
    private int Reject(string reason)
    {
        Misfit = "the schedule does not fit the program: " + reason;
        return Moment.Ends;
    }

    private static uint Bits(Moment moment)
    {
        uint bits = 0;
        foreach (int thread in moment.Ready) bits |= thread < Time ? 1u << thread : 0;
        return bits;
    }

    private void Name(int step, int thread)
    {
        Decision decision = _decisions[step];
        decision.Step = _steps[thread] ?? "starts";
        if (decision.Chosen == Time) decision.Step = Moment.NameOf(thread) + ": " + decision.Step;
        _decisions[step] = decision;
    }

    // Who takes the next step; self: the running thread, if it could.
    private int Decide(int self)
    {
        uint enabled = Bits(Moment);
        bool canTimePass = Moment.CanTimePass;
        if (!Check(isAtRest: enabled == 0 && !canTimePass)) return Moment.Ends;
        enabled = Bits(Moment); // a check may have woken somebody
        if (_before != 0)
        {
            // Time was let pass: it interrupts for those whom that wakes.
            enabled &= ~_before;
            if (enabled == 0 && !canTimePass) enabled = Bits(Moment);
            _before = 0;
            if (BitOperations.PopCount(enabled) == 1) return BitOperations.TrailingZeroCount(enabled);
        }

        if (canTimePass) enabled |= 1u << Time;
        if (enabled == 0) return Moment.TimePasses; // the machine finds out that nothing can happen
        Decision decision = new() { Enabled = enabled, Step = "", PreemptionsBefore = _preemptions };
        decision.IsCostly = self >= 0 && (enabled & (1u << self)) != 0;
        decision.Default = decision.IsCostly ? self : BitOperations.TrailingZeroCount(enabled);
        decision.Chosen = _step < _given ? decision.Default : Choose(decision);
        if (_step < _given)
        {
            Decision given = _decisions[_step];
            decision.Chosen = given.Chosen;
            if (given.Enabled != 0 && given.Enabled != enabled)
            {
                return Reject($"at step {_step + 1} other threads can go on than before");
            }

            if ((enabled & (1u << given.Chosen)) == 0)
            {
                return Reject($"at step {_step + 1} {Letter(given.Chosen)} cannot go on");
            }

            _decisions[_step] = decision;
        }
        else
        {
            _decisions.Add(decision);
        }

        if (decision.IsCostly && decision.Chosen != decision.Default) _preemptions++;
        if (Describes && decision.Chosen != Time) Name(_step, decision.Chosen);
        _step++;
        return decision.Chosen;
    }
}
