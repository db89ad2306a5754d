import Daemons

DaemonProcess.main(
    "engine", help: "Keeps the kernel's IPVS table as the configuration and the health of the real servers say.\n",
    start: EngineProgram.start)
