using System;
using System.Threading;

namespace NFUnitTest;

/// <summary>A call made on a thread of its own: a test sees it wait, and an outsider can call while the test stands in a
/// handler.</summary>
internal sealed partial class Call
{
    internal const int TimeoutMilliseconds = 5000;

    private readonly ManualResetEvent _ended = new ManualResetEvent(false);
    private readonly Action _body;
    private Exception? _exception;

    internal Call(Action body)
    {
        _body = body;
        Thread thread = new Thread(Run);
        Prepare(thread);
        thread.Start();
    }

    internal bool HasEnded => _ended.WaitOne(0, false);

    /// <summary>Makes the call on another thread and waits for its end.</summary>
    internal static void Outside(Action body) => new Call(body).End();

    /// <summary>Waits for the end of the call, which must come and must not throw.</summary>
    internal void End()
    {
        Assert.IsTrue(_ended.WaitOne(TimeoutMilliseconds, false), "the call did not return");
        string thrown = _exception == null ? "" : _exception.Message;
        Assert.AreEqual("", thrown);
    }

    private void Run()
    {
        try
        {
            _body();
        }
        catch (Exception exception)
        {
            _exception = exception;
        }

        _ended.Set();
    }

    // What a PC's threads have and a board's have not: implemented beside the PC's usings.
    partial void Prepare(Thread thread);
}
