using System;
using System.Reflection;
using Hardware.Machine.Loading;

namespace Hardware.Machine;

/// <summary>What happens between power-on and Main (38).</summary>
internal sealed class Boot(Core core, Image image, Action? hostMain)
{
    private FirmwareThread _constructing = null!;

    /// <summary>Begins the run on the machine's own threads.</summary>
    internal void PowerOn()
    {
        // Main is in the ready list from the beginning, before threads that static constructors start.
        FirmwareThread main = new(core, "Main", 0, FirmwareThread.Normal, RunMain);
        core.Scheduler.Start(main);
        _constructing = new FirmwareThread(core, "static constructors", 0, FirmwareThread.SystemHighest, Construct);
        core.Scheduler.Exclusive = _constructing;
        core.Scheduler.Start(_constructing);
        core.Scheduler.PowerOn();
    }

    // The program's first, then those of the board's libraries, each as a run of its own.
    private void Construct()
    {
        foreach (Action constructor in image.StaticConstructors)
        {
            try
            {
                constructor();
            }
            catch (Exception exception) when (!core.IsStopping)
            {
                core.Log.Unhandled(_constructing, exception);
            }

            core.ThrowIfStopping();
            core.Scheduler.EndConstructor();
        }

        int count = LibraryCosts.BaseConstructors + (image.UsesPins ? LibraryCosts.PinConstructors : 0);
        int instructions = LibraryCosts.BaseConstructorInstructions;
        if (image.UsesPins) instructions += LibraryCosts.PinConstructorInstructions;
        for (int i = 0; i < count; i++)
        {
            core.ChargeLibrary(i == 0 ? instructions - (count - 1) : 1);
            if (i < count - 1) core.Scheduler.EndConstructor();
        }

        core.Scheduler.Exclusive = null;
    }

    private void RunMain()
    {
        if (hostMain != null)
        {
            try
            {
                hostMain();
            }
            catch (Exception exception) when (!core.IsStopping)
            {
                core.Log.Unhandled(core.Scheduler.Current, exception);
            }

            core.ThrowIfStopping();
            core.Scheduler.Current.State = RunState.Idle;
            core.Scheduler.Finish(RunEnd.ProgramEnded);
        }

        MethodInfo? main = image.EntryPoint;
        if (main == null) return;
        if (main.GetParameters().Length == 0 && main.ReturnType == typeof(void)) main.CreateDelegate<Action>()();
        else if (main.GetParameters().Length == 0) main.CreateDelegate<Func<int>>()();
        else main.CreateDelegate<Action<string[]>>()([]);
    }
}
