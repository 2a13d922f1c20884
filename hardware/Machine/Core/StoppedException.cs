using System;

namespace Hardware.Machine;

/// <summary>Unwinds a thread of the firmware when the machine is switched off. Firmware may catch it: its next instruction
/// throws it again.</summary>
internal sealed class StoppedException : Exception
{
}
