@echo off
rem Step 8 of 26: unload the hive \Users\Default\NTUSER.DAT; only now its changes are in the file.
reg unload "HKLM\hvsbuild-NTUSER"
if not "%errorlevel%"=="0" exit /b %errorlevel%
