@echo off
rem Step 10 of 29: 2 values in the image's hive \Users\Default\NTUSER.DAT.
rem import vendor.reg
reg add "HKLM\hvsbuild-NTUSER\Console" /v "QuickEdit" /t REG_DWORD /d "1" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value ScreenBufferSize must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-NTUSER\Console" /v "ScreenBufferSize" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_2
reg delete "HKLM\hvsbuild-NTUSER\Console" /v "ScreenBufferSize" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_2
exit /b 0
