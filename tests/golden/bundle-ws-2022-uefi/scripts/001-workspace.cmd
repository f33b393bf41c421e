@echo off
rem Step 1 of 15: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\ws-2022-uefi" mkdir "C:\hvsbuild\ws-2022-uefi"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\ws-2022-uefi\ws2022.vhdx" del /f /q "C:\hvsbuild\ws-2022-uefi\ws2022.vhdx"
if exist "C:\hvsbuild\ws-2022-uefi\ws2022.vhdx" exit /b 1
