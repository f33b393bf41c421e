@echo off
rem Step 6 of 28: load the image's DRIVERS hive for editing.
rem Not every image has it, and where there is no file reg load would make an empty hive.
if not exist "R:\Windows\System32\config\DRIVERS" echo There is no "R:\Windows\System32\config\DRIVERS">&2
if not exist "R:\Windows\System32\config\DRIVERS" exit /b 1
reg load "HKLM\hvsbuild-DRIVERS" "R:\Windows\System32\config\DRIVERS"
if not "%errorlevel%"=="0" exit /b %errorlevel%
