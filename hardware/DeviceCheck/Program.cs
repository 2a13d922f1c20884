using Hardware.Cli;
using Hardware.DeviceCheck;

return new DeviceCheckTool(CommandProgram.Start("DeviceCheck")).Run(args);
