namespace Hardware.Monitor;

/// <summary>How a session behaves.</summary>
/// <param name="Port">The port's name, for people.</param>
/// <param name="Bauds">The speed in bits per second; several: they are tried, the likeliest first.</param>
/// <param name="Pings">Whether it pings the board.</param>
/// <param name="Reconnects">True: waits for the port when it goes away. False: ends then.</param>
/// <param name="IsVerbose">True: names packets that are no text.</param>
internal sealed record SessionOptions(string Port, IReadOnlyList<int> Bauds, Pings Pings, bool Reconnects, bool IsVerbose);

/// <summary>Whether the board is pinged.</summary>
internal enum Pings
{
    /// <summary>Until it answers.</summary>
    UntilAnswered,

    /// <summary>No: it sends text without.</summary>
    NotNeeded,

    /// <summary>No: the user wants nothing to be sent.</summary>
    Forbidden,
}

/// <summary>Why a session ended.</summary>
internal enum SessionEnd
{
    /// <summary>It was asked to.</summary>
    Asked,

    /// <summary>The port went away, and the session does not wait for it.</summary>
    PortGone,

    /// <summary>Standard output takes nothing any more, and there was nothing else to write.</summary>
    OutputGone,
}
