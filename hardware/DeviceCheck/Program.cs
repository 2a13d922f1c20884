using Hardware.DeviceCheck;

return new DeviceCheckTool(Console.Out, Console.Error).Run(args);
