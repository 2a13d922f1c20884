using Hardware.Machine;

namespace VirtualBoard;

/// <summary>The user's finger, and the screen that it looks at: the serial log scrolls above one line of status.</summary>
/// <remarks>A terminal tells that a key went down, never that it came up. So space is a short press; while the key repeats the
/// button stays down, and comes up when the repeating ends. <c>h</c> holds the button until <c>h</c> or space.</remarks>
/// <param name="screen">The terminal.</param>
/// <param name="button">What is pressed.</param>
/// <param name="led">What lights.</param>
/// <param name="finger">How the contact bounces.</param>
public sealed class Keyboard(TextWriter screen, Part button, Part led, Finger finger) : ISerialListener
{
    private const int PressMilliseconds = 150;
    private const int PollMilliseconds = 20;
    private const string ClearLine = "\r\u001b[K";

    private readonly Lock _screenGate = new();
    private readonly Random _random = new(finger.Seed);
    private string _status = "";

    /// <summary>Refuses to go on without somebody who can press.</summary>
    /// <param name="program">Whose output it is.</param>
    /// <exception cref="UsageException">Standard input or output is not a terminal.</exception>
    public static void ThrowIfNoTerminal(CommandProgram program)
    {
        if (Console.IsInputRedirected || !program.OutputIsTerminal)
        {
            throw new UsageException("--interactive: standard input and output must be a terminal; else use --script FILE");
        }
    }

    /// <inheritdoc/>
    public void Receive(string line)
    {
        lock (_screenGate)
        {
            screen.Write($"{ClearLine}{line}\n{_status}");
            screen.Flush();
        }
    }

    /// <summary>Lets the user press until he powers off, or the run is over. The terminal is then as it was.</summary>
    /// <param name="board">The board's hands on its wires.</param>
    /// <param name="isOver">True: the run is.</param>
    public void Press(RealTime board, Func<bool> isOver)
    {
        Console.TreatControlCAsInput = true;
        try
        {
            PressUntilPowerOff(board, isOver);
        }
        finally
        {
            ShowStatus("");
            Console.TreatControlCAsInput = false;
        }
    }

    private void PressUntilPowerOff(RealTime board, Func<bool> isOver)
    {
        bool isPressed = false;
        bool isHeld = false;
        long releaseAt = 0;
        while (!isOver())
        {
            while (Console.KeyAvailable)
            {
                ConsoleKeyInfo key = Console.ReadKey(intercept: true);
                if (key.Key == ConsoleKey.Q || (key.Key == ConsoleKey.C && key.Modifiers == ConsoleModifiers.Control)) return;
                if (key.Key == ConsoleKey.H) isHeld = !isHeld;
                else if (key.Key == ConsoleKey.Spacebar) isHeld = false;
                else continue;
                if (key.Key == ConsoleKey.Spacebar) releaseAt = Environment.TickCount64 + PressMilliseconds;
            }

            bool wantPressed = isHeld || Environment.TickCount64 < releaseAt;
            if (wantPressed != isPressed)
            {
                board.Drive(Stimulus.Contact(0, button, wantPressed, finger, _random));
                isPressed = wantPressed;
            }

            ShowStatus(Status(board, isPressed));
            Thread.Sleep(PollMilliseconds);
        }
    }

    private string Status(RealTime board, bool isPressed) => Status(isPressed, led.IsLit(board.IsHigh(led.Pin)),
        board.EdgesRecorded, board.EdgesLost, Console.WindowWidth - 1);

    /// <summary>The line of status. Where it is narrow the state stays and the help goes.</summary>
    internal static string Status(bool isPressed, bool isLit, long edges, long lost, int width)
    {
        string state = $"button {(isPressed ? "DOWN" : "up")} | LED {(isLit ? "ON" : "off")} | interrupts {edges}, lost {lost}";
        return new[]
        {
            state + " | [space] press  [h] hold  [q] power off",
            state + " | space, h, q",
            state,
            $"{(isPressed ? "DOWN" : "up")} | LED {(isLit ? "ON" : "off")} | {edges}, lost {lost}",
            $"{(isPressed ? "DOWN" : "up")} {(isLit ? "ON" : "off")}",
        }.FirstOrDefault(each => each.Length <= width, "");
    }

    private void ShowStatus(string status)
    {
        lock (_screenGate)
        {
            if (status == _status) return;
            _status = status;
            screen.Write(ClearLine + status);
            screen.Flush();
        }
    }
}
