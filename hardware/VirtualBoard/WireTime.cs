using System.Diagnostics;
using System.Text;

namespace VirtualBoard;

/// <summary>How long a serial line takes: eight bits, a start bit and a stop bit for each byte. As on a board, where printing
/// waits for the UART, who prints is held up for that time.</summary>
/// <remarks>As a listener it is a line that nobody has connected anything to: raw text leaves the board all the same.</remarks>
/// <param name="baud">Bits per second.</param>
public sealed class WireTime(int baud) : ISerialListener
{
    private const int BitsPerByte = 10;

    /// <summary>How long so many bytes take.</summary>
    public TimeSpan Of(long bytes) => TimeSpan.FromSeconds((double)bytes * BitsPerByte / baud);

    /// <summary>Returns when so many bytes are sent, in the PC's time: never earlier.</summary>
    public void Hold(int bytes)
    {
        long start = Stopwatch.GetTimestamp();
        for (TimeSpan left = Of(bytes); left > TimeSpan.Zero; left = Of(bytes) - Stopwatch.GetElapsedTime(start))
        {
            Thread.Sleep((int)Math.Ceiling(left.TotalMilliseconds));
        }
    }

    /// <inheritdoc/>
    public void Receive(string line) => Hold(Encoding.UTF8.GetByteCount(line) + 1);
}
