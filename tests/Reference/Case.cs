using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Hardware.Machine;

namespace Reference;

/// <summary>A program and what is known of it: settings and totals in its head comment, the output in a file beside
/// it.</summary>
internal sealed class Case
{
    private readonly string _head;

    internal Case(string source)
    {
        Source = source;
        Name = Path.GetFileNameWithoutExtension(source);
        Text = File.ReadAllText(source);
        StringWriter head = new();
        foreach (string line in Text.Split('\n'))
        {
            if (!line.StartsWith("//", System.StringComparison.Ordinal)) break;
            head.WriteLine(line);
        }

        _head = head.ToString();
    }

    internal string Source { get; }

    internal string Name { get; }

    internal string Text { get; }

    /// <summary>Executed instructions on the real runtime; null: not said.</summary>
    internal long? Instructions => Number(@"Whole run: (\d+) IL");

    internal long? Switches => Number(@"(\d+) thread switches");

    private string Settings => Regex.Match(_head, @"Settings: (.*?)\.( Whole run|\s*$)", RegexOptions.Multiline).Groups[1].Value;

    /// <summary>The machine that the program was measured on.</summary>
    internal Profile Profile(Variant variant)
    {
        Profile profile = Hardware.Machine.Profile.Reference;
        int nanoseconds = (int?)Number(@"(\d+) ns per IL", Settings) ?? 2000;
        if (variant == Variant.FastCore) nanoseconds = 500;
        profile = profile with { Costs = InstructionCosts.Uniform(nanoseconds), InstructionNanoseconds = nanoseconds };
        if (Number(@"clock step (\d+)", Settings) is { } step) profile = profile with { ClockStepNanoseconds = step * 1_000_000 };
        if (variant == Variant.ExactClock) profile = profile with { ClockStepNanoseconds = 0 };
        if (Number(@"heap (\d+) KB", Settings) is { } kilobytes) profile = profile with { HeapBytes = kilobytes << 10 };
        if (Number(@"heap (\d+) MB", Settings) is { } megabytes) profile = profile with { HeapBytes = megabytes << 20 };
        if (Number(@"ring (?:of )?(\d+)", Settings) is { } ring) profile = profile with { RingCapacity = (int)ring };
        if (Number(@"quantum (\d+) ms", Settings) is { } ms) profile = profile with { QuantumNanoseconds = ms * 1_000_000 };
        return profile;
    }

    /// <summary>The file with the output; null: the program was not measured so.</summary>
    internal string? Expected(Variant variant)
    {
        string suffix = variant switch { Variant.FastCore => "-500ns", Variant.ExactClock => "-exactclock", _ => "" };
        string own = Beside(".expected" + suffix + ".txt");
        if (File.Exists(own)) return own;
        bool isMeasured = variant switch
        {
            Variant.FastCore => _head.Contains("Output same at 500 ns", System.StringComparison.Ordinal),
            Variant.ExactClock => !Settings.Contains("clock step", System.StringComparison.Ordinal),
            _ => false,
        };
        return isMeasured && File.Exists(Beside(".expected.txt")) ? Beside(".expected.txt") : null;
    }

    /// <summary>Drives the pins as the script beside the program says: <c>ms pin level</c>.</summary>
    /// <exception cref="InvalidDataException">A line says something else.</exception>
    internal void Drive(Pins pins)
    {
        string script = Beside(".pins.txt");
        if (!File.Exists(script)) return;
        foreach (string line in File.ReadAllLines(script))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, System.StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0) continue;
            if (words.Length != 3
                || !double.TryParse(words[0], NumberStyles.Float, CultureInfo.InvariantCulture, out double milliseconds)
                || !int.TryParse(words[1], out int pin)
                || !int.TryParse(words[2], out int level))
            {
                throw new InvalidDataException($"{script}: '{line}' is not 'ms pin level'");
            }

            pins.At(milliseconds, pin, level);
        }
    }

    private string Beside(string ending) => Path.Combine(Path.GetDirectoryName(Source)!, Name + ending);

    private long? Number(string pattern, string? text = null)
    {
        Match match = Regex.Match(text ?? _head, pattern);
        return match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;
    }
}

/// <summary>A program was measured under its own settings, and on a faster core or with an exact clock.</summary>
internal enum Variant
{
    Own,
    FastCore,
    ExactClock,
}
