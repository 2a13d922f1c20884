using System.Globalization;
using ButtonModule;
using Hardware.Machine;
using VirtualRuntime;

namespace VirtualBoard;

/// <summary>What a part does to its wire.</summary>
public enum PartKind
{
    /// <summary>A push button: connects the wire to a rail while it is pressed.</summary>
    Button,

    /// <summary>An LED.</summary>
    Led,

    /// <summary>Anything else: a wire that a script drives.</summary>
    Wire,
}

/// <summary>Something that is connected to a pin.</summary>
/// <param name="Pin">The pin's number.</param>
/// <param name="Name">What a script calls it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="IsActiveLow">A button: pressed, it connects to ground, not to the supply. An LED: it lights at low level.</param>
public sealed record Part(int Pin, string Name, PartKind Kind, bool IsActiveLow)
{
    /// <summary>What a button or a contact drives while it is closed.</summary>
    public Drive Pressed => IsActiveLow ? Drive.Low : Drive.High;

    /// <summary>True: an LED lights at that level.</summary>
    public bool IsLit(bool isHigh) => isHigh != IsActiveLow;
}

/// <summary>What is connected to a board's pins: the parts of the firmware's table, and the user's own.</summary>
public sealed class Wiring
{
    private readonly bool _hasPorts; // pins are called by port and number

    private Wiring(Profile board, Board row)
    {
        PinCount = board.PinCount;
        _hasPorts = board.TargetName.StartsWith("ST_", StringComparison.Ordinal);
        Button = new Part(row.ButtonPin, "button", PartKind.Button, row.ButtonActiveLow);
        Led = new Part(row.LedPin, "led", PartKind.Led, row.LedActiveLow);
        Jumper = new Part(row.TracePin, "jumper", PartKind.Wire, true);
        Parts = [Button, Led, Jumper];
    }

    /// <summary>Pins are numbered from 0 to one less.</summary>
    public int PinCount { get; }

    /// <summary>The board's button.</summary>
    public Part Button { get; }

    /// <summary>Its LED.</summary>
    public Part Led { get; }

    /// <summary>Connected to ground at power-on, it asks the firmware for a trace.</summary>
    public Part Jumper { get; }

    /// <summary>All parts, the board's own first.</summary>
    public IReadOnlyList<Part> Parts { get; private init; }

    /// <summary>A board's own parts, as the firmware's table has them.</summary>
    /// <exception cref="InvalidOperationException">The table does not have the board.</exception>
    public static Wiring Of(Profile board)
    {
        Board row = Boards.Find(board.TargetName)
            ?? throw new InvalidOperationException(
                $"firmware/ButtonModule/Boards.cs has no row for the target {board.TargetName}.");
        return new Wiring(board, row);
    }

    /// <summary>The same with the user's own parts.</summary>
    /// <param name="board">The board.</param>
    /// <param name="parts"><c>PIN=NAME</c> each: a name that begins with <c>button</c> is a push button to ground, one that
    /// begins with <c>led</c> an LED that lights at high level; any other is a wire.</param>
    /// <exception cref="UsageException">One is wrong.</exception>
    public static Wiring Of(Profile board, IEnumerable<string> parts)
    {
        Wiring wiring = Of(board);
        List<Part> all = [.. wiring.Parts];
        foreach (string text in parts)
        {
            int equals = text.IndexOf('=');
            string name = equals < 0 ? "" : text[(equals + 1)..];
            if (name.Length == 0 || !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-')
                || char.IsAsciiDigit(name[0]))
            {
                throw new UsageException(
                    $"--wire {text}: PIN=NAME is needed, a name of letters, digits, _ and -, such as 5=button2");
            }

            if (wiring.ParsePin(text[..equals]) is not { } pin)
            {
                throw new UsageException($"--wire {text}: '{text[..equals]}' is not a pin: {wiring.PinForms}");
            }

            if (all.Find(part => part.Pin == pin || part.Name == name) is { } other)
            {
                throw new UsageException($"--wire {text}: {wiring.PinName(other.Pin)} is '{other.Name}' already");
            }

            PartKind kind = name.StartsWith("button", StringComparison.Ordinal) ? PartKind.Button
                : name.StartsWith("led", StringComparison.Ordinal) ? PartKind.Led : PartKind.Wire;
            all.Add(new Part(pin, name, kind, IsActiveLow: kind != PartKind.Led));
        }

        return new Wiring(board, Boards.Find(board.TargetName)!) { Parts = all };
    }

    /// <summary>How a pin may be written, for messages.</summary>
    public string PinForms => _hasPorts
        ? $"a number from 0 to {PinCount - 1}, or port and number, such as PC13"
        : $"a number from 0 to {PinCount - 1}";

    /// <summary>A pin as the board's makers call it.</summary>
    public string PinName(int pin) =>
        _hasPorts ? $"P{(char)('A' + pin / 16)}{pin % 16}" : "pin " + pin.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is connected to a pin; the pin's own name where nothing is.</summary>
    public string NameAt(int pin) => Parts.FirstOrDefault(part => part.Pin == pin)?.Name ?? PinName(pin);

    /// <summary>A pin by number or by port and number.</summary>
    /// <returns>Null: it is none.</returns>
    public int? ParsePin(string word)
    {
        int port = 0;
        string number = word;
        if (_hasPorts && word.Length > 2 && word[0] == 'P' && char.IsAsciiLetterUpper(word[1]))
        {
            port = word[1] - 'A';
            number = word[2..];
        }

        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int pin)) return null;
        if (number != word && pin > 15) return null;
        pin += port * 16;
        return pin < PinCount ? pin : null;
    }

    /// <summary>What is on a pin, by the name of the part or the pin.</summary>
    /// <returns>Null: there is no such part and no such pin.</returns>
    public Part? Find(string word)
    {
        if (Parts.FirstOrDefault(part => part.Name == word) is { } named) return named;
        if (ParsePin(word) is not { } pin) return null;
        return Parts.FirstOrDefault(part => part.Pin == pin) ?? new Part(pin, word, PartKind.Wire, true);
    }
}
