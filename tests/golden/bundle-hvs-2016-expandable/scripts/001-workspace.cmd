@echo off
rem Step 1 of 26: an empty place for the VHD on this machine's own disk.
if not exist "C:\hvsbuild\hvs-2016-expandable" mkdir "C:\hvsbuild\hvs-2016-expandable"
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem A VHD of an earlier, unfinished run is of no use: it is made anew.
if exist "C:\hvsbuild\hvs-2016-expandable\hvs2016.vhdx" del /f /q "C:\hvsbuild\hvs-2016-expandable\hvs2016.vhdx"
if exist "C:\hvsbuild\hvs-2016-expandable\hvs2016.vhdx" exit /b 1
