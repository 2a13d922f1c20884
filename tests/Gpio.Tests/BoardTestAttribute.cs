using System.Runtime.CompilerServices;
using OnMachine;

[assembly: Parallelize(Scope = ExecutionScope.MethodLevel)]

namespace Gpio.Tests;

/// <summary>A test on a board with pins like an ESP32's: 0 to 39, from 34 on inputs without resistors. First as on a board, then
/// under forced switches.</summary>
internal sealed class BoardTestAttribute : MachineTestAttribute
{
    public BoardTestAttribute([CallerFilePath] string file = "", [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        Board = "VirtualBoard";
        Seeds = 20;
    }
}
