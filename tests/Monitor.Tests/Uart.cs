namespace Monitor.Tests;

/// <summary>A wire between two UARTs, 8N1: what the receiver makes of the sender's bits when their speeds differ.</summary>
internal static class Uart
{
    internal static byte[] Hear(byte[] sent, int senderBaud, int receiverBaud)
    {
        if (senderBaud == receiverBaud) return sent;
        var levels = new List<bool>();
        foreach (byte one in sent)
        {
            levels.Add(false);
            for (int bit = 0; bit < 8; bit++) levels.Add((one & (1 << bit)) != 0);
            levels.Add(true);
        }

        double ratio = (double)senderBaud / receiverBaud;
        bool Level(double receiverBits)
        {
            int index = (int)(receiverBits * ratio);
            return index >= levels.Count || levels[index];
        }

        var heard = new List<byte>();
        double end = levels.Count / ratio;
        for (double at = 0; at < end;)
        {
            if (Level(at))
            {
                // Sixteen looks a bit for the next falling edge.
                at += 1.0 / 16;
                continue;
            }

            int value = 0;
            for (int bit = 0; bit < 8; bit++)
            {
                if (Level(at + 1.5 + bit)) value |= 1 << bit;
            }

            heard.Add((byte)value);
            at += 9.5;
        }

        return [.. heard];
    }
}
