// What the PC's runner needs. Its counterpart for the CLR is Usings.Nano.cs; a project takes one of the two.
global using Microsoft.VisualStudio.TestTools.UnitTesting;
global using Workqueues;

using System.Threading;

// One clock, one hardware timer, one system queue in the program: tests take turns.
[assembly: DoNotParallelize]

namespace NFUnitTest;

internal sealed partial class Call
{
    // A call that never returns shall fail its test, not keep the runner alive.
    partial void Prepare(Thread thread) => thread.IsBackground = true;
}
