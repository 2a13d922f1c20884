using System.Threading;

namespace Workqueues;

internal sealed partial class Worker
{
    // A name for debuggers and ps, and threads that do not keep a PC program alive. A board has neither: there the workers
    // keep the firmware running.
    partial void Prepare(Thread thread)
    {
        thread.Name = Name;
        thread.IsBackground = true;
    }
}
