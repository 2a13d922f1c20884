using Hardware.Cli;
using Hardware.Flash;
using Hardware.Serial;

CommandProgram program = CommandProgram.Start("Flash");
string[] Ports() => SerialPortList.Find().Select(port => port.Path).ToArray();
return new FlashTool(program, Ports, new ChildProcess(program).RunAsync).Run(args);
