using System.Threading;
using nanoFramework.Runtime.Native;
using Workqueues;

namespace ButtonModule;

// The part of the table that needs a board; the pages of hardware/boards are made from the rows alone.
public static partial class Boards
{
    /// <summary>The board that this program runs on. Call it first in Main: it waits until the board's log is heard.</summary>
    /// <returns>Null: the table does not have it, and the log has said so.</returns>
    /// <remarks><b>Cost:</b> as <see cref="Find"/>, and the wait.</remarks>
    public static Board? Here()
    {
        string target = SystemInfo.TargetName;
        Board? board = Find(target);

        // On some boards the log is not heard yet; one that is not known may be of them.
        int wait = board == null ? PingWaitMilliseconds : board.LogWaitMilliseconds;
        if (wait > 0) Thread.Sleep(wait);
        if (board != null) return board;
        string known = "";
        foreach (Board each in All()) known += " " + each.Target;
        KernelLog.Write("unknown board " + target + "; the table knows those that begin with:" + known);
        return null;
    }
}
