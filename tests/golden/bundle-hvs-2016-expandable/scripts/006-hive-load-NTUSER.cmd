@echo off
rem Step 6 of 26: load the image's hive \Users\Default\NTUSER.DAT for editing.
reg load "HKLM\hvsbuild-NTUSER" "R:\Users\Default\NTUSER.DAT"
if not "%errorlevel%"=="0" exit /b %errorlevel%
