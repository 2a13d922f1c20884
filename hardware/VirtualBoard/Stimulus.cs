using VirtualRuntime;

namespace VirtualBoard;

/// <summary>One thing that the world outside does to the board. Steps of the same time happen back to back: no interrupt is
/// handled between them.</summary>
/// <param name="AtMicroseconds">When, counted from the start of its sequence.</param>
/// <param name="Pin">The pin whose wire changes.</param>
/// <param name="Drive">What drives the wire from then on.</param>
public readonly record struct Step(long AtMicroseconds, int Pin, Drive Drive);

/// <summary>How a button is pressed.</summary>
/// <param name="Presses">How often.</param>
/// <param name="IntervalMilliseconds">From one press to the next; it is held for half of that.</param>
/// <param name="BounceMilliseconds">How long the contact bounces after each change, at most.</param>
/// <param name="StormEdges">Afterwards so many edges back to back; an even number.</param>
/// <param name="Seed">Two runs of one seed are the same, edge for edge.</param>
public sealed record Finger(int Presses, int IntervalMilliseconds, int BounceMilliseconds, int StormEdges, int Seed);

/// <summary>All that will happen to the board's wires, settled before it has power: a pure function of the options. Time
/// plays no part in making it, so a seed gives the same edges everywhere; only <see cref="Player"/> knows a clock.</summary>
/// <param name="Main">The presses and the storm, or a script.</param>
/// <param name="MainMilliseconds">How long that takes, until the next sequence may begin.</param>
/// <param name="Hold">The button goes down, to be held until the module has unloaded.</param>
/// <param name="Release">It comes up again; counted from when the module has unloaded.</param>
public sealed record Stimulus(
    IReadOnlyList<Step> Main, int MainMilliseconds, IReadOnlyList<Step> Hold, IReadOnlyList<Step> Release)
{
    /// <summary>From what a finger's owner sees to what the finger does.</summary>
    public const int ReactionMilliseconds = 200;

    private const int BouncesMax = 4;

    /// <summary>What a finger does; with a script, that instead of the presses.</summary>
    /// <param name="finger">How the button is pressed.</param>
    /// <param name="wiring">Where the button is.</param>
    /// <param name="script">Steps in the order of time, or null.</param>
    public static Stimulus Create(Finger finger, Wiring wiring, IReadOnlyList<Step>? script = null)
    {
        var random = new Random(finger.Seed);
        var main = new List<Step>();
        int milliseconds = 0;
        if (script is not null)
        {
            main.AddRange(script);
            if (script.Count > 0) milliseconds = checked((int)(script[^1].AtMicroseconds / 1000)) + finger.IntervalMilliseconds;
        }
        else
        {
            for (int i = 0; i < finger.Presses; i++)
            {
                main.AddRange(Contact(milliseconds, wiring.ButtonPin, Drive.Open, wiring.Pressed, finger, random));
                main.AddRange(Contact(milliseconds + finger.IntervalMilliseconds / 2,
                    wiring.ButtonPin, wiring.Pressed, Drive.Open, finger, random));
                milliseconds += finger.IntervalMilliseconds;
            }
        }

        if (finger.StormEdges > 0)
        {
            for (int i = 0; i < finger.StormEdges; i++)
            {
                main.Add(new Step(milliseconds * 1000L, wiring.ButtonPin, i % 2 == 0 ? wiring.Pressed : Drive.Open));
            }

            milliseconds += finger.IntervalMilliseconds;
        }

        return new Stimulus(main, milliseconds,
            [.. Contact(0, wiring.ButtonPin, Drive.Open, wiring.Pressed, finger, random)],
            [.. Contact(ReactionMilliseconds, wiring.ButtonPin, wiring.Pressed, Drive.Open, finger, random)]);
    }

    /// <summary>A contact changes from one state to another and bounces: it goes back and forth a few times before it
    /// stays.</summary>
    public static IEnumerable<Step> Contact(int atMilliseconds, int pin, Drive from, Drive to, Finger finger, Random random)
    {
        long start = atMilliseconds * 1000L;
        var steps = new List<Step> { new(start, pin, to) };
        if (finger.BounceMilliseconds == 0) return steps;

        var offsetsMicroseconds = new long[2 * random.Next(1, BouncesMax + 1)];
        for (int i = 0; i < offsetsMicroseconds.Length; i++)
        {
            offsetsMicroseconds[i] = random.Next(1, finger.BounceMilliseconds * 1000 + 1);
        }

        Array.Sort(offsetsMicroseconds);
        for (int i = 0; i < offsetsMicroseconds.Length; i++)
        {
            steps.Add(new Step(start + offsetsMicroseconds[i], pin, i % 2 == 0 ? from : to));
        }

        return steps;
    }
}
