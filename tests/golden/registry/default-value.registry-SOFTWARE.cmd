@echo off
rem Step 7 of 20: 2 values in the image's SOFTWARE hive.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Set" /ve /t REG_SZ /d "the default" /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
rem The value (Default) must not be there; where it is not, there is nothing to delete.
reg query "HKLM\hvsbuild-SOFTWARE\hvsbuild\Gone" >nul 2>nul
if not "%errorlevel%"=="0" goto absent_2
rem Of a key without it, reg query says "(value not set)" and ends well, but reg delete fails: so it is made first.
reg add "HKLM\hvsbuild-SOFTWARE\hvsbuild\Gone" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
reg delete "HKLM\hvsbuild-SOFTWARE\hvsbuild\Gone" /ve /f
if not "%errorlevel%"=="0" exit /b %errorlevel%
:absent_2
exit /b 0
