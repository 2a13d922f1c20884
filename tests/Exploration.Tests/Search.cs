using System.Numerics;
using Hardware.Machine;

namespace Exploration.Tests;

/// <summary>One run of a program under a schedule, which checks the rules before each choice.</summary>
internal sealed class Search : Schedule
{
    private const int StepLimit = 2_000;
    private const int AccessLimit = 50_000; // with a step for each access

    private Func<bool, bool, string?>? _check;
    private readonly Random? _random;
    private int _calm; // how many times somebody goes on for once that he is interrupted
    private bool _isSetUp;

    internal Search()
    {
    }

    /// <summary>Interrupts by chance. The same seed interrupts at the same places.</summary>
    internal Search(int seed) => _random = new Random(seed);

    internal Search(string text)
        : base(text)
    {
    }

    /// <summary>Which rule the run broke; null: none.</summary>
    internal string? Failure { get; private set; }

    /// <summary>Before each run.</summary>
    /// <param name="check">The rules, asked while all threads stand still.</param>
    internal void Prepare(Func<bool, bool, string?> check)
    {
        _check = check;
        _isSetUp = false;
        IsOn = false;
        Failure = null;
        _calm = _random == null ? 0 : 1 << _random.Next(1, 9); // often or seldom
    }

    /// <summary>Notes that a rule is broken; the run ends at its next step.</summary>
    internal void Report(string rule) => Failure ??= rule;

    /// <summary>The program is set up: from the moment on at which Main waits, the schedule decides.</summary>
    internal void SetUpEnds() => _isSetUp = true;

    protected override int Next(Moment moment)
    {
        IsOn |= _isSetUp;
        return base.Next(moment);
    }

    protected override int Choose(in Decision decision)
    {
        if (_random == null || (decision.IsCostly && _random.Next(_calm) > 0)) return decision.Default;
        int chosen = _random.Next(BitOperations.PopCount(decision.Enabled));
        uint enabled = decision.Enabled;
        while (chosen-- > 0) enabled &= enabled - 1;
        return BitOperations.TrailingZeroCount(enabled);
    }

    protected override bool CheckStep(Places place)
    {
        if ((place & (Places.Event | Places.Thread | Places.Step)) != 0 && Moment.OwnLocksHeld > 0)
        {
            string what = place switch
            {
                Places.Event => "an event",
                Places.Thread => "a thread",
                _ => Moment.StepName,
            };
            Report($"'{what}' is called with the library's lock held");
        }

        return Failure == null;
    }

    protected override bool Check(bool isAtRest)
    {
        int limit = (EndsAt & Places.Access) == 0 ? StepLimit : AccessLimit;
        if (StepCount == limit) Report($"the program does not end: {limit} steps");
        if (Failure != null) return false;
        try
        {
            bool isFree = Moment.LocksHeld == 0;
            if (isAtRest && !isFree) Report("deadlock: a thread holds a lock, and nobody can go on");
            else if (_check!(isFree && !IsRepeating, isAtRest) is { } broken) Report(broken);
        }
        catch (Exception exception)
        {
            Report("the rules could not be checked: " + exception);
        }

        return Failure == null;
    }
}
