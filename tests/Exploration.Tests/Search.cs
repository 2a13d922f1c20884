using Hardware.Machine;

namespace Exploration.Tests;

/// <summary>One run of a program under a schedule, which checks the rules before each choice.</summary>
internal sealed class Search : Schedule
{
    private const int StepLimit = 2_000;

    private Func<bool, bool, string?>? _check;
    private bool _isSetUp;

    internal Search()
    {
    }

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

    protected override bool CheckStep(Places place)
    {
        if (place != Places.Lock && Moment.OwnLocksHeld > 0)
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
        if (StepCount == StepLimit) Report($"the program does not end: {StepLimit} steps");
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
